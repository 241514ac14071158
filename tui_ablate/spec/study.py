"""Study files: a baseline, its variants, and the questions asked of them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from .checks import printable
from .decode import decode
from .experiment import Experiment, Section
from .identity import edit, plain
from .load import experiment_of, load, place_in
from .overrides import key, put
from .places import NAME_RIGHT, is_path, locate, unsafe
from .problem import Problem, SpecError, nearest, shown
from .shorthand import full_form, merge
from .tree import Key, Tree, parse, read_text

SEEDS_DEFAULT = 5
VARIANTS_MOST = 256
Metric = Literal[
    "test.top1_error",
    "test.accuracy",
    "test.loss",
    "validation.top1_error",
    "validation.accuracy",
    "validation.loss",
]
Seed = Annotated[int, Meta(ge=0, lt=2**31)]


class Contrast(Section, frozen=True):
    """One question: the mean of ``plus`` against the mean of ``minus`` (labels of variants)."""

    name: str
    plus: Annotated[tuple[str, ...], Meta(min_length=1, max_length=2)]
    minus: Annotated[tuple[str, ...], Meta(min_length=1, max_length=2)]


class StudyFile(Section, frozen=True):
    """A study as it is written. A variant is a preset, changes to one, or both; factors cross all their levels."""

    baseline: str | dict[str, Any]
    about: str = ""
    name: str | None = None
    label: str | None = None
    variants: dict[str, str | dict[str, Any]] = {}
    factors: dict[str, Annotated[list[Any], Meta(min_length=2, max_length=20)]] = {}
    contrasts: tuple[Contrast, ...] = ()
    seeds: Annotated[int, Meta(ge=1, le=1000)] | Annotated[tuple[Seed, ...], Meta(min_length=1)] = SEEDS_DEFAULT
    metric: Metric = "test.top1_error"
    delta: Annotated[float, Meta(gt=0)] | None = None


class Study(msgspec.Struct, frozen=True, kw_only=True):
    """A study resolved: every variant an experiment, the baseline first."""

    name: str
    about: str
    baseline: str
    variants: dict[str, Experiment]
    contrasts: tuple[Contrast, ...]
    seeds: tuple[int, ...]
    metric: str
    delta: float | None


def is_study(source: str | Path) -> bool:
    """Whether ``source`` names a study or is a file that has a baseline. Raises SpecError for a file not readable."""
    if is_path(source):
        value = parse(read_text(Path(source).expanduser()), str(source)).value
        return isinstance(value, dict) and "baseline" in value
    try:
        locate(source, study=True)
    except SpecError:
        return False
    return True


def load_study(source: str | Path, seeds: int | None = None, sets: Sequence[str] = ()) -> Study:
    """The study of a file or name; ``seeds`` beats the file's, ``sets`` are laid on every variant. Raises SpecError."""
    path = locate(source, study=True)
    tree = parse(read_text(path), str(path))
    if not isinstance(tree.value, dict):
        found = "the file is empty" if tree.value is None else f"found {shown(tree.value)}"
        right = "a study is a mapping with a baseline and variants"
        raise SpecError([Problem(file=str(path), line=tree.line(()), found=found, right=right)])
    file = decode(tree.value, StudyFile, lambda at: place_in((tree,), at))
    return _Resolving(tree, path, file, sets).study(seeds)


class _Resolving:
    """A study file on its way to a study: collects every problem on the way."""

    def __init__(self, tree: Tree, path: Path, file: StudyFile, sets: Sequence[str]) -> None:
        self.tree, self.path, self.file, self.sets = tree, path, file, sets
        self.problems: list[Problem] = []

    def refuse(self, at: Key, found: str, right: str) -> None:
        place, line = place_in((self.tree,), at)
        field = shown(".".join(map(str, at)), 200)
        self.problems.append(Problem(file=place, line=line, field=field, found=found, right=right))

    def study(self, seeds: int | None) -> Study:
        file = self.file
        name = file.name or self.path.stem
        label = file.label or (file.baseline if isinstance(file.baseline, str) else "baseline")
        self.texts(name, label)
        variants: dict[str, Experiment] = {}
        base = self.variant(file.baseline, ("baseline",), None)
        if base is not None:
            variants[label] = base
        for each, entry in file.variants.items():
            if each == label:
                self.refuse(("variants", each), "this label is the baseline's", "give the variant its own label")
            made = self.variant(entry, ("variants", each), base)
            if made is not None:
                variants.setdefault(each, made)
        if base is not None and self.crossable():
            variants |= self.crossed(base)
        labels = dict.fromkeys([label, *file.variants, *variants])
        if len(labels) < 2 and not self.problems:
            self.refuse((), "there is nothing to compare", "give variants or factors")
        if len(labels) > VARIANTS_MOST:
            self.refuse(("variants",), f"{len(labels)} variants", f"a study has at most {VARIANTS_MOST}")
        for index, contrast in enumerate(file.contrasts):
            for side in ("plus", "minus"):
                for at, arm in enumerate(getattr(contrast, side)):
                    if arm not in labels:
                        right = f"use one of {shown(', '.join(labels), 300)}{nearest(arm, labels)}"
                        self.refuse(("contrasts", index, side, at), f"found {shown(arm)}", right)
        chosen = file.seeds if seeds is None else seeds
        if not isinstance(chosen, int) and len(set(chosen)) < len(chosen):
            self.refuse(("seeds",), f"found {shown(list(chosen))}", "name each seed once")
        if self.problems:
            raise SpecError(self.problems)
        return Study(
            name=name,
            about=file.about,
            baseline=label,
            variants=variants,
            contrasts=file.contrasts or against(label, variants),
            seeds=tuple(range(chosen)) if isinstance(chosen, int) else chosen,
            metric=file.metric,
            delta=file.delta,
        )

    def texts(self, name: str, label: str) -> None:
        """Refuse names that cannot name a file, and control characters in other texts."""
        named = [(("name",), name), (("label",), label), *((("variants", v), v) for v in self.file.variants)]
        for at, text in named:
            why = unsafe(text)
            if why:
                self.refuse(at, why, NAME_RIGHT)
        contrasts = enumerate(self.file.contrasts)
        said: list[tuple[Key, str]] = [(("contrasts", i, "name"), c.name) for i, c in contrasts]
        for place, text in [(("about",), self.file.about), *said]:
            if not printable(text):
                self.refuse(place, f"found {shown(text)}", "leave out control characters")

    def variant(self, entry: str | dict[str, Any], at: Key, base: Experiment | None) -> Experiment | None:
        """The experiment of one entry: a preset, or changes to a preset (else to the baseline); None where refused."""
        try:
            if isinstance(entry, str):
                return load(self.named(entry), self.sets)
            if "preset" in entry:
                if not isinstance(entry["preset"], str):
                    self.refuse((*at, "preset"), f"found {shown(entry['preset'])}", "give the name or path of a preset")
                    return None
                base = load(self.named(entry["preset"]))
            elif base is None:
                if at == ("baseline",):
                    self.refuse(at, "it names no preset", "give preset: NAME")
                return None
            changes = full_form({k: v for k, v in entry.items() if k != "preset"})
            value = plain(base)
            model = changes.get("model")
            if isinstance(model, dict) and "residual" in model:
                value = put(value, ("model", "residual"), model["residual"], str(self.path))
            return experiment_of(merge(value, changes), (_inside(self.tree, at),), self.sets).experiment
        except SpecError as error:
            for problem in error.problems:
                if problem.file == self.tree.file:
                    field = ".".join(map(str, (*at, problem.field)))
                    self.problems.append(msgspec.structs.replace(problem, field=field))
                elif problem.file.startswith("--set"):
                    self.problems.append(problem)
                else:
                    said = f"{shown(entry)}: " if isinstance(entry, str) else ""
                    right = (
                        problem.right if problem.line is None else f"{problem.right} ({problem.file}:{problem.line})"
                    )
                    self.refuse(at, f"{said}{f'{problem.field}: ' if problem.field else ''}{problem.found}", right)
            return None

    def named(self, name: str) -> Path:
        """The preset of this name: beside the study, in the folder above it, or wherever presets lie."""
        for folder in (self.path.parent, self.path.parent.parent):
            try:
                found = locate(name, beside=folder)
            except SpecError:
                continue  # said below, when no folder has it
            if found.is_file():
                return found
        return locate(name)

    def crossable(self) -> bool:
        """Whether the factors cross to so few variants that they may be made."""
        count = prod(len(levels) for levels in self.file.factors.values())
        if count > VARIANTS_MOST:
            self.refuse(("factors",), f"{count:,} combinations", f"a study has at most {VARIANTS_MOST} variants")
        return count <= VARIANTS_MOST

    def crossed(self, base: Experiment) -> dict[str, Experiment]:
        """Every combination of the factors' levels but the baseline's own, labelled by what differs."""
        sound = True
        for path, levels in self.file.factors.items():
            for index, level in enumerate(levels):
                try:
                    edit(base, path, level)
                except SpecError as error:
                    sound = False
                    for problem in error.problems:
                        self.refuse(("factors", path, index), problem.found, problem.right)
        if not sound:
            return {}
        made: dict[str, Experiment] = {}
        paths = list(self.file.factors)
        for chosen in itertools.product(*self.file.factors.values()) if paths else ():
            experiment = base
            try:
                for path, level in zip(paths, chosen, strict=True):
                    experiment = edit(experiment, path, level)
            except SpecError as error:
                together = " ".join(_label(p, v) for p, v in zip(paths, chosen, strict=True))
                for problem in error.problems:
                    self.refuse(("factors",), f"{together}: {problem.field}: {problem.found}", problem.right)
                continue
            if experiment != base:
                made[" ".join(_label(p, v) for p, v in zip(paths, chosen, strict=True))[:200]] = experiment
        return made


def _label(path: str, level: Any) -> str:
    """A level in a variant's name: ``residual=false``."""
    if isinstance(level, dict) and "name" in level:
        level = level["name"]
    said = msgspec.json.encode(level).decode() if not isinstance(level, str) else level
    return f"{path.rpartition('.')[2]}={shown(said, 40)}".replace("/", "÷").replace("\\", "÷")


def _inside(tree: Tree, at: Key) -> Tree:
    """``tree`` as seen from ``at``: its lines by the paths of the part."""
    lines = {path[len(at) :]: line for path, line in tree.lines.items() if path[: len(at)] == at}
    return Tree(tree.file, None, lines)


def against(baseline: str, variants: Sequence[str] | dict[str, Experiment]) -> tuple[Contrast, ...]:
    """Every variant against the baseline."""
    return tuple(
        Contrast(name=f"{each} − {baseline}", plus=(each,), minus=(baseline,)) for each in variants if each != baseline
    )


OFF: dict[str, Any] = {
    "model.residual": False,
    "model.conv_bias": False,
    "model.normalization": "none",
    "model.head.hidden": [],
    "model.head.dropout": 0.0,
    "data.augment": [],
    "training.l2": 0.0,
    "training.weight_decay": 0.0,
    "training.label_smoothing": 0.0,
    "training.schedule": "constant",
    "training.optimizer.momentum": 0.0,
    "training.optimizer.nesterov": False,
    "training.optimizer.clipnorm": None,
}
"""What a field is set to when it is ablated."""


def ablation(experiment: Experiment, paths: Sequence[str], seeds: int = SEEDS_DEFAULT) -> Study:
    """The study of ``experiment`` minus each of ``paths`` (keys of OFF), one at a time. Raises SpecError."""
    variants = {experiment.name: experiment}
    for path in paths:
        where = f"--ablate {shown(path, 200)}"
        if path not in OFF:
            right = f"use one of {', '.join(OFF)}{nearest(path, OFF)}"
            raise SpecError([Problem(file=where, found="this field cannot be taken out", right=right)])
        value = put(plain(experiment), key(path), OFF[path], where)
        changed = experiment_of(value, (Tree(where, None, {}),)).experiment
        if changed == experiment:
            right = "ablate something that is switched on"
            raise SpecError([Problem(file=where, found="the experiment does not have it", right=right)])
        variants[f"− {path.rpartition('.')[2]}"] = changed
    if len(variants) < 2:
        raise SpecError([Problem(file="--ablate", found="nothing to take out", right="as in --ablate model.residual")])
    return Study(
        name=f"{experiment.name}-ablation",
        about="",
        baseline=experiment.name,
        variants=variants,
        contrasts=against(experiment.name, variants),
        seeds=tuple(range(seeds)),
        metric="test.top1_error",
        delta=None,
    )
