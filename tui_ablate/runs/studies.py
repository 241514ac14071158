"""Studies as folders: frozen before their first run, and read together with their runs."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import msgspec

from .. import journal
from ..spec.decode import decode
from ..spec.experiment import Experiment
from ..spec.identity import plain
from ..spec.load import place_in
from ..spec.problem import Problem, SpecError
from ..spec.runfile import make_run
from ..spec.study import Contrast, Study
from ..spec.text import dump
from ..spec.tree import parse, read_text
from .error import RunsError
from .home import Home, ids_in, new_ids
from .index import Index
from .queue import anchored, enqueue, environment
from .row import Row

STUDY = "study.yaml"
STUDY_VERSION = 1


class NewerStudy(SpecError):
    """The study was written by a newer version of the program."""


class Planned(msgspec.Struct, frozen=True):
    """One run of a study's plan."""

    id: str
    variant: str
    seed: int


class StudyFolder(msgspec.Struct, frozen=True, kw_only=True):
    """``studies/<id>/study.yaml``: the plan, never changed once its runs are queued."""

    v: int = STUDY_VERSION
    id: str
    name: str
    about: str = ""
    created: float
    baseline: str
    metric: str
    delta: float | None = None
    seeds: tuple[int, ...]
    contrasts: tuple[Contrast, ...]
    variants: dict[str, Experiment]
    runs: tuple[Planned, ...]


class StudyRow(msgspec.Struct, kw_only=True):
    """A study in a table, with its runs in the order of its plan.

    Of one that a newer version of the program wrote, ``about`` says so, and there are no variants.
    """

    id: str
    name: str
    about: str
    baseline: str
    metric: str
    created: float
    seeds: tuple[int, ...]
    variants: tuple[str, ...]
    runs: tuple[Row, ...]
    newer: bool = False

    @property
    def done(self) -> int:
        """Runs that have ended, however."""
        return sum(row.over for row in self.runs)

    @property
    def total(self) -> int:
        """Runs planned and still there."""
        return len(self.runs)

    @property
    def ended(self) -> bool:
        """Whether no run is left to do."""
        return all(row.over for row in self.runs)

    @property
    def progress(self) -> float:
        """Share of the work done, 0 to 1."""
        return sum(1.0 if row.over else row.progress for row in self.runs) / len(self.runs) if self.runs else 1.0

    @property
    def seconds_left(self) -> float | None:
        """Time to the end at the speed measured so far, as many at a time as now; None before there is one."""
        left = longest = 0.0
        times: dict[str | None, list[float]] = {}
        for row in self.runs:
            if row.state == "done" and row.seconds is not None:
                times.setdefault(row.variant, []).append(row.seconds)
            elif row.seconds_left and row.stepping and row.heard and not row.over:
                times.setdefault(row.variant, []).append(row.seconds_left / max(1e-9, 1 - row.progress))
        known = [t for each in times.values() for t in each]
        for row in self.runs:
            if row.over:
                continue
            own = row.seconds_left
            if own is None:
                measured = times.get(row.variant, known)
                if not measured:
                    return None
                own = sum(measured) / len(measured)
            left, longest = left + own, max(longest, own)
        return max(longest, left / max(1, sum(row.state == "running" for row in self.runs)))


def submit_study(home: Home, study: Study, *, device: str | None = None) -> str:
    """Freeze ``study`` and queue its runs, seed by seed across the variants; returns its id. Raises RunsError."""
    study = msgspec.structs.replace(study, variants={label: anchored(each) for label, each in study.variants.items()})
    needs = environment(device)
    now = time.time()
    plan = [(variant, seed) for seed in study.seeds for variant in study.variants]
    study_id, *ids = new_ids(1 + len(plan), now)
    runs = tuple(Planned(run_id, variant, seed) for run_id, (variant, seed) in zip(ids, plan, strict=True))
    frozen: dict[str, Any] = {
        "v": STUDY_VERSION,
        "id": study_id,
        "name": study.name,
        "about": study.about,
        "created": now,
        "baseline": study.baseline,
        "metric": study.metric,
        "delta": study.delta,
        "seeds": list(study.seeds),
        "contrasts": [plain(contrast) for contrast in study.contrasts],
        "variants": {label: plain(experiment) for label, experiment in study.variants.items()},
        "runs": [msgspec.to_builtins(run) for run in runs],
    }
    folder = home.study(study_id)
    made = False
    try:
        folder.mkdir(mode=0o700)
        made = True
        journal.write_atomic(folder / STUDY, dump(frozen).encode())
        enqueue(
            home,
            [
                make_run(
                    id=run.id,
                    experiment=study.variants[run.variant],
                    seed=run.seed,
                    queued=now,
                    environment=needs,
                    study=study_id,
                    variant=run.variant,
                )
                for run in runs
            ],
        )
    except BaseException as error:
        if made:
            shutil.rmtree(folder, ignore_errors=True)
        if not isinstance(error, OSError):
            raise
        raise RunsError(f"The study could not be written to {folder} ({error.strerror}).") from None
    return study_id


def read_study(folder: Path) -> StudyFolder:
    """The frozen study of a folder. Raises SpecError (NewerStudy: of a newer version)."""
    tree = parse(read_text(folder / STUDY), str(folder / STUDY))
    if isinstance(tree.value, dict) and isinstance(tree.value.get("v"), int) and tree.value["v"] > STUDY_VERSION:
        found = f"this study was written by a newer version of the program (format {tree.value['v']})"
        raise NewerStudy([Problem(file=str(folder / STUDY), found=found, right="upgrade tui-ablate to read it")])
    return decode(tree.value, StudyFolder, lambda at: place_in((tree,), at))


def studies(home: Home, index: Index) -> list[StudyRow]:
    """All studies, newest first; folders that are no study are passed over."""
    rows = {row.id: row for row in index.rows()}
    made = []
    for study_id in reversed(ids_in(home.studies)):
        try:
            made.append(_row(_frozen(home.study(study_id)), rows))
        except NewerStudy:
            made.append(_unread(study_id, rows))
        except SpecError:
            continue
    return made


_read: dict[Path, StudyFolder] = {}


def _frozen(folder: Path) -> StudyFolder:
    """As read_study, each folder read once a process: a frozen study does not change."""
    if folder not in _read:
        _read[folder] = read_study(folder)
    return _read[folder]


def _row(frozen: StudyFolder, rows: dict[str, Row]) -> StudyRow:
    return StudyRow(
        id=frozen.id,
        name=frozen.name,
        about=frozen.about,
        baseline=frozen.baseline,
        metric=frozen.metric,
        created=frozen.created,
        seeds=frozen.seeds,
        variants=tuple(frozen.variants),
        runs=tuple(rows[run.id] for run in frozen.runs if run.id in rows),
    )


def _unread(study_id: str, rows: dict[str, Row]) -> StudyRow:
    """A study of a newer version, with the runs that say they belong to it."""
    runs = tuple(row for _, row in sorted(rows.items()) if row.study == study_id)
    return StudyRow(
        id=study_id,
        name=study_id,
        about=journal.UPDATE,
        baseline="",
        metric="",
        created=min((row.queued for row in runs if row.queued), default=0.0),
        seeds=(),
        variants=(),
        runs=runs,
        newer=True,
    )
