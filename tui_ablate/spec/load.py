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
from .problem import Problem, SpecError, shown
from .shorthand import full_form, merge
from .tree import Key, Tree, read_text, survey

EXTENDS_MOST = 20


class Loaded(msgspec.Struct, frozen=True):
    """An experiment and the files it came from, the extending file first."""

    experiment: Experiment
    trees: tuple[Tree, ...]

    def place(self, path: Key) -> tuple[str, int | None]:
        """File and line (from 1) where ``path`` is written, or the nearest thing around it."""
        return place_in(self.trees, path)

    def problem(self, field: str, found: str, right: str) -> Problem:
        """A problem with the value at the dotted path ``field``."""
        file, line = self.place(key(field))
        return Problem(file=file, line=line, field=field, found=found, right=right)


def place_in(trees: Sequence[Tree], path: Key) -> tuple[str, int | None]:
    """File and line of the value at ``path`` in the first tree that has it, else of what is around it."""
    while True:
        for tree in trees:
            if path in tree.lines:
                return tree.file, tree.lines[path]
        if not path:
            return trees[0].file, None
        path = path[:-1]


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
    value, trees, problems = _extended(text, file, path, ())
    return experiment_of({"name": Path(file).stem} | value, trees, sets, problems)


def experiment_of(
    value: dict[str, Any], trees: tuple[Tree, ...], sets: Sequence[str] = (), known: Sequence[Problem] = ()
) -> Loaded:
    """Decode and check a merged preset in full form. ``known``: problems its files have already.

    Raises SpecError with all problems, also those between fields as far as they can be told.
    """
    value, from_sets = apply(value, sets)

    def place(path: Key) -> tuple[str, int | None]:
        for length in range(len(path), 0, -1):
            if path[:length] in from_sets:
                return f"--set {from_sets[path[:length]]}", None
        return place_in(trees, path)

    problems = list(known)
    experiment = None
    try:
        experiment = decode(value, Experiment, place)
        broken = list(checks(experiment))
    except SpecError as error:
        # A value that was refused already is missing here: that is no second mistake.
        told = {problem.field for problem in known}
        problems += [problem for problem in error.problems if problem.field not in told]
        broken = list(checks_of_parts(value, [key(problem.field) for problem in problems]))
    for at, found, right in broken:
        file, line = place(at)
        problems.append(Problem(file=file, line=line, field=".".join(map(str, at)), found=found, right=right))
    if problems or experiment is None:
        raise SpecError(problems)
    return Loaded(experiment, trees)


def _extended(
    text: str, file: str, path: Path | None, chain: tuple[Path, ...]
) -> tuple[dict[str, Any], tuple[Tree, ...], tuple[Problem, ...]]:
    """The values of a file over those of what it extends, in full form; the trees they came from; their problems."""
    tree, problems = survey(text, file)
    if not isinstance(tree.value, dict):
        found = "the file is empty" if tree.value is None else f"found {shown(tree.value)}"
        right = "a preset is a mapping with model, data and training"
        raise SpecError(problems or [Problem(file=file, line=tree.line(()), found=found, right=right)])
    value = full_form(tree.value)
    parent = value.pop("extends", None)
    if parent is None:
        return value, (tree,), problems

    def refuse(found: str, right: str) -> SpecError:
        line = tree.line(("extends",))
        return SpecError([*problems, Problem(file=file, line=line, field="extends", found=found, right=right)])

    if not isinstance(parent, str):
        raise refuse(f"found {shown(parent)}", "give the name or path of one preset")
    here = () if path is None else (path.resolve(),)
    folder = None if path is None else path.parent
    try:
        below = locate(parent, beside=folder, asks=path)
        below_text = read_text(below)
    except SpecError as error:
        raise refuse(f"{shown(parent)}: {error.problems[0].found}", error.problems[0].right) from None
    if below.resolve() in (*chain, *here):
        raise refuse(f"{shown(parent)} leads back to this file", "break the circle")
    if len(chain) >= EXTENDS_MOST:
        raise refuse(f"more than {EXTENDS_MOST} presets extend one another", "extend a preset nearer to the root")
    base, trees, below_problems = _extended(below_text, str(below), below, (*chain, *here))
    for own in ("name", "about"):
        base.pop(own, None)
    return merge(base, value), (tree, *trees), (*problems, *below_problems)
