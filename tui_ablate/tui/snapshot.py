"""The runs as the screens show them: one frozen picture a second, read in a thread."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..journal import Curves
    from ..runs import Row


@dataclass(frozen=True)
class Group:
    """What Watch shows together: a study, or the runs of one experiment started without a study.

    ``runs`` are in the order they were queued; ``variants`` in the order of the study, the baseline first.
    """

    id: str
    name: str
    about: str
    study: bool
    variants: tuple[str, ...]
    runs: tuple[Row, ...]
    seconds_left: float | None = None

    @property
    def done(self) -> int:
        """Runs that have ended, however."""
        return sum(row.over for row in self.runs)

    @property
    def progress(self) -> float:
        """Share of the work done, 0 to 1."""
        return _progress(self.runs)

    @property
    def queued(self) -> float | None:
        """When the first of its runs was asked for, in seconds since 1970."""
        return min((row.queued for row in self.runs if row.queued is not None), default=None)


@dataclass(frozen=True)
class Snapshot:
    """All groups, newest first, and the curves of the runs of the one on screen, by id."""

    groups: tuple[Group, ...] = ()
    watched: str | None = None
    curves: tuple[tuple[str, Curves], ...] = ()
    trouble: str = ""

    @property
    def group(self) -> Group | None:
        """The group on screen."""
        return next((group for group in self.groups if group.id == self.watched), None)

    @property
    def _open(self) -> list[Row]:
        return [row for group in self.groups for row in group.runs if not row.over]

    @property
    def open_runs(self) -> int:
        """Runs that have not ended."""
        return len(self._open)

    @property
    def unattended(self) -> bool:
        """Whether there are runs that wait for a supervisor, if none works."""
        return any(row.state in ("queued", "lost") for row in self._open)

    @property
    def training(self) -> int:
        """Runs that a worker has."""
        return sum(row.state not in ("queued", "paused", "lost") for row in self._open)

    @property
    def waiting(self) -> int:
        """Open runs that nobody works on now."""
        return self.open_runs - self.training

    @property
    def progress(self) -> float:
        """Share done of all groups that have open runs."""
        return _progress(row for group in self.groups if group.done < len(group.runs) for row in group.runs)

    @property
    def seconds_left(self) -> float | None:
        """Time until nothing is open, one group after another; None while it is not known."""
        left = [group.seconds_left for group in self.groups if group.done < len(group.runs)]
        known = [seconds for seconds in left if seconds is not None]
        return sum(known) if known and len(known) == len(left) else None


def _progress(rows: Iterable[Row]) -> float:
    shares = [1.0 if row.over else row.progress for row in rows]
    return sum(shares) / len(shares) if shares else 1.0


def look(home: Path, watching: str | None, *, with_curves: bool, before: Snapshot | None) -> Snapshot:
    """The runs of ``home`` now. Curves of ended runs are taken from ``before`` where it has them.

    What cannot be read becomes ``trouble``, a plain sentence; nothing is raised for it.
    """
    if not (home / "runs").is_dir():
        return Snapshot()
    from ..runs import Home, RunsError

    try:
        house = Home(home)
        groups = _groups(house)
        known = {group.id for group in groups}
        watched = watching if watching in known else next(iter(group.id for group in groups), None)
        group = next((group for group in groups if group.id == watched), None)
        found = _curves(house, group, before) if with_curves and group is not None else ()
    except (RunsError, OSError) as error:
        return Snapshot(trouble=f"The runs cannot be read: {error}")
    return Snapshot(tuple(groups), watched, found)


def attend(home: Path) -> None:
    """Have a supervisor started unless one works; on a home that cannot be written, nothing is."""
    from .. import runs

    with suppress(OSError):
        runs.ensure_supervisor(runs.Home(home))


def _groups(house: object) -> list[Group]:
    from .. import runs

    assert isinstance(house, runs.Home)
    made = []
    taken: set[str] = set()
    for study in runs.studies(house):
        taken |= {row.id for row in study.runs}
        rows = tuple(study.runs)
        made.append(Group(study.id, study.name, study.about, True, study.variants, rows, _rounded(study.seconds_left)))
    alone: dict[str, list[Row]] = {}
    for row in runs.rows(house):
        if row.id not in taken:
            alone.setdefault(row.name, []).append(row)
    for name, rows_of in alone.items():
        ordered = tuple(sorted(rows_of, key=lambda row: row.id))
        left = [row.seconds_left for row in ordered if not row.over]
        known = [seconds for seconds in left if seconds is not None]
        total = sum(known) if known and len(known) == len(left) else None
        made.append(Group(ordered[0].id, name, "", False, (), ordered, _rounded(total)))
    return sorted(made, key=lambda group: max((row.id for row in group.runs), default=group.id), reverse=True)


def _rounded(seconds: float | None) -> float | None:
    """Whole seconds: a picture that would look the same should be the same."""
    return None if seconds is None else float(round(seconds))


def _curves(house: object, group: Group, before: Snapshot | None) -> tuple[tuple[str, Curves], ...]:
    from .. import runs

    assert isinstance(house, runs.Home)
    had = dict(before.curves) if before else {}
    old = {row.id: row for row in before.group.runs} if before and before.group else {}
    made = []
    for row in group.runs:
        if row.state == "queued":
            continue
        same = row.id in had and row.id in old and (old[row.id].step, old[row.id].epoch, old[row.id].state) == (
            row.step, row.epoch, row.state,
        )  # fmt: skip
        made.append((row.id, had[row.id] if same else runs.curves(house, row.id)))
    return tuple(made)
