"""Preset files -> experiments: ``extends`` followed, overrides laid on top, everything checked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from .checks import checks, checks_of_parts
from .decode import decode
from .experiment import Experiment
from .overrides import apply, key
from .places import locate
from .problem import MISSING, Problem, SpecError, shown
from .shorthand import full_form, merge, uneven
from .standing import STAGES, Standing
from .standing import place_in as place_in
from .tree import Key, Tree, read_text, survey

EXTENDS_MOST = 20


class Loaded(msgspec.Struct, frozen=True):
    """An experiment and the files it came from, the extending file first; by path what was laid on top of them."""

    experiment: Experiment
    trees: tuple[Tree, ...]
    overrides: dict[Key, Standing] = {}

    def place(self, path: Key) -> Standing:
        """File and line (from 1) where ``path`` is written, or the nearest thing around it."""
        return place_in(self.trees, path, self.overrides)

    def problem(self, field: str, found: str, right: str) -> Problem:
        """A problem with the value at the dotted path ``field``."""
        file, line = self.place(key(field))
        return Problem(file=file, line=line, field=field, found=found, right=right)


def load(source: str | Path, sets: Sequence[str] = ()) -> Experiment:
    """The experiment of a preset, by name or path, with ``sets`` (``path=value``) on top.

    Raises SpecError with every problem of the file that has any.
    """
    return load_with_places(source, sets).experiment


def load_with_places(source: str | Path, sets: Sequence[str] = ()) -> Loaded:
    """As ``load``, keeping where every value stands."""
    path = locate(source)
    return _finish(read_text(path), str(path), path, sets)


def load_text(text: str, *, file: str = "<text>", folder: Path | None = None, sets: Sequence[str] = ()) -> Experiment:
    """The experiment that ``text`` says; ``folder`` is where it would lie, for ``extends``. Raises SpecError."""
    return _finish(text, file, None if folder is None else folder / file, sets).experiment


def _finish(text: str, file: str, path: Path | None, sets: Sequence[str]) -> Loaded:
    merged = _extended(text, file, path, ())
    value = {"name": Path(file).stem} | merged.value
    return experiment_of(value, merged.trees, sets, merged.problems, whole=merged.whole)


def experiment_of(
    value: dict[str, Any],
    trees: tuple[Tree, ...],
    sets: Sequence[str] = (),
    known: Sequence[Problem] = (),
    *,
    whole: bool = True,
) -> Loaded:
    """Decode and check a merged preset in full form. ``known``: problems its files have already.

    ``whole``: false where what ``value`` was to change is not known, so that nothing can be said to be missing.
    Raises SpecError with all problems, also those between fields as far as they can be told.
    """
    value, overrides = apply(value, sets)

    def problem(at: Key, found: str, right: str) -> Problem:
        file, line = place_in(trees, at, overrides)
        return Problem(file=file, line=line, field=".".join(map(str, at)), found=found, right=right)

    problems = list(known)
    model = value.get("model")
    if isinstance(model, dict) and isinstance(model.get("stages"), dict):
        problems.append(problem(STAGES, *uneven(model["stages"])))
    experiment = None
    try:
        experiment = decode(value, Experiment, lambda at: place_in(trees, at, overrides))
        broken = checks(experiment)
    except SpecError as error:
        # A value that was refused already is missing here: that is no second mistake.
        told = {each.field for each in problems}
        refused = [each for each in error.every if each.field not in told]
        broken = checks_of_parts(value, [key(each.field) for each in (*problems, *refused)])
        problems += refused if whole else [each for each in refused if not _may_be_below(each)]
    problems += [problem(*found) for found in broken]
    if problems or experiment is None:
        raise SpecError(problems)
    return Loaded(experiment, trees, overrides)


def _may_be_below(problem: Problem) -> bool:
    """Whether what ``problem`` misses may stand in the values below, which merge with all but lists."""
    return problem.found == MISSING and not any(isinstance(part, int) for part in key(problem.field))


class _Merged(msgspec.Struct, frozen=True):
    """The values of a file over those of what it extends, in full form; their trees and problems.

    ``whole``: whether all that it extends could be read.
    """

    value: dict[str, Any]
    trees: tuple[Tree, ...]
    problems: tuple[Problem, ...]
    whole: bool = True


def _extended(text: str, file: str, path: Path | None, chain: tuple[Path, ...]) -> _Merged:
    """The preset that ``text`` says, extended by the files of ``chain``. Raises SpecError where it is no mapping."""
    tree, problems = survey(text, file)
    if not isinstance(tree.value, dict):
        found = "the file is empty" if tree.value is None else f"found {shown(tree.value)}"
        right = "a preset is a mapping with model, data and training"
        raise SpecError(problems or [Problem(file=file, line=tree.line(()), found=found, right=right)])
    value = full_form(tree.value)
    parent = value.pop("extends", None)
    if parent is None:
        whole = all(problem.field != "extends" for problem in problems)
        return _Merged(value, (tree,), problems, whole)
    try:
        base = _base(parent, tree, path, chain)
    except SpecError as error:
        return _Merged(value, (tree,), (*problems, *error.every), whole=False)
    below = {field: own for field, own in base.value.items() if field not in ("name", "about")}
    return _Merged(merge(below, value), (tree, *base.trees), (*problems, *base.problems), base.whole)


def _base(parent: Any, tree: Tree, path: Path | None, chain: tuple[Path, ...]) -> _Merged:
    """What ``tree``, the file at ``path``, extends: the preset called ``parent``. Raises SpecError."""

    def refuse(found: str, right: str) -> SpecError:
        line = tree.line(("extends",))
        return SpecError([Problem(file=tree.file, line=line, field="extends", found=found, right=right)])

    if not isinstance(parent, str):
        raise refuse(f"found {shown(parent)}", "give the name or path of one preset")
    here = () if path is None else (path.resolve(),)
    try:
        below = locate(parent, beside=None if path is None else path.parent, asks=path)
        text = read_text(below)
    except SpecError as error:
        raise refuse(f"{shown(parent)}: {error.problems[0].found}", error.problems[0].right) from None
    if below.resolve() in (*chain, *here):
        raise refuse(f"{shown(parent)} leads back to this file", "break the circle")
    if len(chain) >= EXTENDS_MOST:
        raise refuse(f"more than {EXTENDS_MOST} presets extend one another", "extend a preset nearer to the root")
    return _extended(text, str(below), below, (*chain, *here))
