"""Study files: a baseline, its variants, and the questions asked of them."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from math import prod
from pathlib import Path
from typing import Any

import msgspec

from .checks import printable
from .experiment import Experiment
from .identity import edit, identity, plain
from .load import Loaded, experiment_of, load_with_places
from .overrides import key, put
from .places import NAME_RIGHT, find, is_file, is_path, locate, path_of, unsafe
from .problem import Problem, SpecError, nearest, shown
from .shorthand import full_form, merge
from .standing import place_in
from .study_file import Contrast as Contrast
from .study_file import read
from .tree import Key, Tree, read_text, survey

VARIANTS_MOST = 256


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


class LoadedStudy(msgspec.Struct, frozen=True):
    """A study, and each of its variants with the places its values stand at."""

    study: Study
    variants: dict[str, Loaded]


def is_study(source: str | Path) -> bool:
    """Whether ``source`` names a study or is a file that has a baseline. Raises SpecError for a file not readable."""
    if is_path(source):
        value = survey(read_text(path_of(source)), str(source))[0].value
        return isinstance(value, dict) and "baseline" in value
    return find(source, study=True) is not None


def load_study(source: str | Path, seeds: int | None = None, sets: Sequence[str] = ()) -> Study:
    """The study of a file or name; ``seeds`` beats the file's, ``sets`` are laid on every variant. Raises SpecError."""
    return load_study_with_places(source, seeds, sets).study


def load_study_with_places(source: str | Path, seeds: int | None = None, sets: Sequence[str] = ()) -> LoadedStudy:
    """As ``load_study``, keeping where every value of a variant stands."""
    path = locate(source, study=True)
    tree, problems = survey(read_text(path), str(path))
    if not isinstance(tree.value, dict):
        found = "the file is empty" if tree.value is None else f"found {shown(tree.value)}"
        right = "a study is a mapping with a baseline and variants"
        raise SpecError(problems or [Problem(file=str(path), line=tree.line(()), found=found, right=right)])
    return _Resolving(tree, path, problems, sets).study(seeds)


class _Resolving:
    """A study file on its way to a study: collects every problem on the way."""

    def __init__(self, tree: Tree, path: Path, problems: Sequence[Problem], sets: Sequence[str]) -> None:
        self.tree, self.path, self.sets = tree, path, sets
        self.problems = list(problems)
        self.file, refused = read(tree.value, lambda at: place_in((tree,), at))
        self.based = all(problem.field != "baseline" for problem in refused)
        self.unread = {problem.field for problem in problems}
        self.problems += [problem for problem in refused if problem.field not in self.unread]

    def refuse(self, at: Key, found: str, right: str) -> None:
        place, line = place_in((self.tree,), at)
        field = shown(".".join(map(str, at)), 200)
        self.problems.append(Problem(file=place, line=line, field=field, found=found, right=right))

    def study(self, seeds: int | None) -> LoadedStudy:
        file = self.file
        name = file.name or self.path.stem
        label = file.label or (file.baseline if self.based and isinstance(file.baseline, str) else "baseline")
        self.texts(name, label)
        variants: dict[str, Loaded] = {}
        base = self.variant(file.baseline, ("baseline",), None) if self.based else None
        if base is not None:
            variants[label] = base
        written = self.tree.at(("variants",))
        labels = dict.fromkeys([label, *(written if isinstance(written, dict) else ())])
        if len(labels) > VARIANTS_MOST:
            self.refuse(("variants",), f"{len(labels):,} variants", f"a study has at most {VARIANTS_MOST}")
            raise SpecError(self.problems)
        for each, entry in file.variants.items():
            if each == label:
                self.refuse(("variants", each), "this label is the baseline's", "give the variant its own label")
            made = self.variant(entry, ("variants", each), base)
            if made is not None:
                variants.setdefault(each, made)
        if base is not None and self.crossable():
            variants |= self.crossed(base)
        labels |= dict.fromkeys(variants)
        if len(labels) < 2 and not self.problems:
            self.refuse((), "there is nothing to compare", "give variants or factors")
        if len(labels) > VARIANTS_MOST:
            self.refuse(("variants",), f"{len(labels)} variants", f"a study has at most {VARIANTS_MOST}")
        self.arms(labels)
        chosen = file.seeds if seeds is None else seeds
        if not isinstance(chosen, int) and len(set(chosen)) < len(chosen):
            self.refuse(("seeds",), f"found {shown(list(chosen))}", "name each seed once")
        if self.problems:
            raise SpecError(dict.fromkeys(self.problems))
        study = Study(
            name=name,
            about=file.about,
            baseline=label,
            variants={each: loaded.experiment for each, loaded in variants.items()},
            contrasts=file.contrasts or against(label, variants),
            seeds=tuple(range(chosen)) if isinstance(chosen, int) else chosen,
            metric=file.metric,
            delta=file.delta,
        )
        return LoadedStudy(study, variants)

    def arms(self, labels: Collection[str]) -> None:
        """Refuse contrasts of labels that no variant has, as far as mistakes elsewhere leave that certain."""
        sure = not self.problems
        contrasts = self.tree.at(("contrasts",))
        for index, contrast in enumerate(contrasts if isinstance(contrasts, list) else ()):
            for side in ("plus", "minus"):
                arms = contrast.get(side) if isinstance(contrast, dict) else None
                for at, arm in enumerate(arms if isinstance(arms, list) else ()):
                    if not isinstance(arm, str) or arm in labels:
                        continue
                    if sure or (self.based and "=" not in arm):  # = is in the labels that factors make
                        right = f"use one of {shown(', '.join(labels), 300)}{nearest(arm, labels)}"
                        self.refuse(("contrasts", index, side, at), f"found {shown(arm)}", right)

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

    def variant(self, entry: str | dict[str, Any], at: Key, base: Loaded | None) -> Loaded | None:
        """The experiment of one entry: a preset, or changes to a preset (else to the baseline); None where refused."""
        try:
            if isinstance(entry, str):
                return load_with_places(self.named(entry), self.sets)
            if "preset" in entry:
                if not isinstance(entry["preset"], str):
                    self.refuse((*at, "preset"), f"found {shown(entry['preset'])}", "give the name or path of a preset")
                    return None
                base = load_with_places(self.named(entry["preset"]))
            changes = full_form({k: v for k, v in entry.items() if k != "preset"})
            own = self.tree.inside(at)
            if base is None:
                if at == ("baseline",):
                    self.refuse(at, "it names no preset", "give preset: NAME")
                # What it changes is not known: its values can be checked, but not used.
                experiment_of(changes, (own,), whole=False)
                return None
            value = plain(base.experiment)
            model = changes.get("model")
            if isinstance(model, dict) and "residual" in model:
                value = put(value, ("model", "residual"), model["residual"], str(self.path))
            return experiment_of(merge(value, changes), (own, *base.trees), self.sets)
        except SpecError as error:
            for problem in error.every:
                if problem.file == self.tree.file:
                    field = ".".join(map(str, (*at, problem.field)))
                    if field not in self.unread:
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
            found = find(name, beside=folder)
            if found is not None and is_file(found):
                return found
        return locate(name)

    def crossable(self) -> bool:
        """Whether the factors cross to so few variants that they may be made."""
        count = prod(len(levels) for levels in self.file.factors.values())
        if count > VARIANTS_MOST:
            self.refuse(
                ("factors",), f"{shown(f'{count:,}', 20)} combinations", f"a study has at most {VARIANTS_MOST} variants"
            )
        return count <= VARIANTS_MOST

    def crossed(self, base: Loaded) -> dict[str, Loaded]:
        """Every combination of the factors' levels but the baseline's own, labelled by what differs."""
        sound = True
        for path, levels in self.file.factors.items():
            for index, level in enumerate(levels):
                try:
                    edit(base.experiment, path, level)
                except SpecError as error:
                    sound = False
                    for problem in error.problems:
                        self.refuse(("factors", path, index), problem.found, problem.right)
        if not sound:
            return {}
        made: dict[str, Loaded] = {}
        paths = list(self.file.factors)
        for chosen in itertools.product(*map(enumerate, self.file.factors.values())) if paths else ():
            label = " ".join(_label(path, level) for path, (_, level) in zip(paths, chosen, strict=True))
            experiment, overrides = base.experiment, dict(base.overrides)
            try:
                for path, (index, level) in zip(paths, chosen, strict=True):
                    experiment = edit(experiment, path, level)
                    overrides[key(path)] = place_in((self.tree,), ("factors", path, index))
            except SpecError as error:
                for problem in error.problems:
                    self.refuse(("factors",), f"{label}: {problem.field}: {problem.found}", problem.right)
                continue
            if identity(experiment) != identity(base.experiment):
                made[label[:200]] = Loaded(experiment, base.trees, overrides)
        return made


def _label(path: str, level: Any) -> str:
    """A level in a variant's name: ``residual=false``."""
    if isinstance(level, dict) and "name" in level:
        level = level["name"]
    said = msgspec.json.encode(level).decode() if not isinstance(level, str) else level
    return f"{path.rpartition('.')[2]}={shown(said, 40)}".replace("/", "÷").replace("\\", "÷")


def against(baseline: str, variants: Iterable[str]) -> tuple[Contrast, ...]:
    """Every variant against the baseline."""
    return tuple(
        Contrast(name=f"{each} − {baseline}", plus=(each,), minus=(baseline,)) for each in variants if each != baseline
    )
