"""Where a value stands: the file and line that say it, or the override it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .shorthand import NAMED
from .tree import Key, Tree

Standing = tuple[str, int | None]
"""A file, or a ``--set …``, and the line from 1 where there is one."""

STAGES: Key = ("model", "stages")


def place_in(trees: Sequence[Tree], path: Key, overrides: Mapping[Key, Standing] | None = None) -> Standing:
    """Where the value at ``path`` is written, else what is around it, as far as it counts.

    ``trees``: the extending file first. Where one replaces what the next ones say (a list, a scalar, a mapping of
    another ``name``), those are not asked. ``overrides``, by path, stand above all files.
    """
    for length in range(len(path), 0, -1):
        if overrides and path[:length] in overrides:
            return overrides[path[:length]]
    longest = -1
    standing: Standing = (trees[0].file, None)
    for index, tree in enumerate(trees):
        length, line = _said(tree, path)
        if length > longest:
            longest, standing = length, (tree.file, line)
        if length == len(path) or _replaced(tree, path[:length], trees[index + 1 :]):
            break
    return standing


def _said(tree: Tree, path: Key) -> tuple[int, int | None]:
    """How many parts of ``path`` are written in ``tree``, and the line they stand on."""
    for length in range(len(path), 0, -1):
        for written in _spellings(tree, path[:length]):
            if written in tree.lines:
                return length, tree.lines[written]
    return 0, tree.lines.get(())


def _spellings(tree: Tree, path: Key) -> Iterator[Key]:
    """``path`` of the full form as the shorthands write it."""
    yield path
    if path[:2] == STAGES and len(path) > 3 and isinstance(tree.at(STAGES), dict):
        yield (*STAGES, path[3], path[2], *path[4:])
        yield (*STAGES, path[3])
    if path[:-1] in NAMED and path[-1] == "name" and isinstance(tree.at(path[:-1]), str):
        yield path[:-1]


def _replaced(tree: Tree, path: Key, below: Sequence[Tree]) -> bool:
    """Whether ``tree`` puts something else in place of what ``below`` say at ``path`` or around it."""
    for length in range(1, len(path) + 1):
        at = path[:length]
        value = tree.at(at)
        if not isinstance(value, dict) or at == STAGES:
            return True
        if at in NAMED and "name" in value and value["name"] != _name(below, at):
            return True
    return False


def _name(trees: Sequence[Tree], path: Key) -> Any:
    for tree in trees:
        value = tree.at(path)
        if isinstance(value, str):
            return value
        if isinstance(value, dict) and "name" in value:
            return value["name"]
    return None
