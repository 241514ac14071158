"""``path=value`` on top of a preset: ``--set`` and every edit of the app go through here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from .problem import Problem, SpecError, shown
from .shorthand import NAMED, full_form, merge
from .standing import Standing
from .tree import Key, parse

DIGITS_MOST = 9
"""Digits of a number that can index a list; Python itself refuses to read thousands."""


def apply(value: dict[str, Any], sets: Sequence[str]) -> tuple[dict[str, Any], dict[Key, Standing]]:
    """``value`` with ``sets`` applied in order, in full form; and by path the set that made it. Raises SpecError."""
    origins: dict[Key, Standing] = {}
    for text in sets:
        path, wanted = _read(text)
        file = f"--set {shown(text, 200)}"
        made = _made(value, path, wanted)
        value = put(value, path, wanted, file)
        origins = {at: origin for at, origin in origins.items() if at[: len(made)] != made} | {made: (file, None)}
    return value, origins


def _made(value: Any, path: Key, wanted: Any) -> Key:
    """The outermost part of ``path`` that setting it to ``wanted`` makes anew."""
    for length, part in enumerate(path, 1):
        if isinstance(value, (list, tuple)) and isinstance(part, int) and part < len(value):
            value = value[part]
        elif isinstance(value, dict) and str(part) in value:
            value = value[str(part)]
        else:
            return path[:length]
    other_kind = path[:-1] in NAMED and path[-1] == "name" and value != wanted
    return path[:-1] if other_kind else path


def _read(text: str) -> tuple[Key, Any]:
    path, equals, wanted = text.partition("=")
    file = f"--set {shown(text, 200)}"
    if not equals or not path.strip():
        raise SpecError([Problem(file=file, found="it is not path=value", right="as in training.epochs=10")])
    return key(path.strip()), parse(wanted, file).value


def key(path: str) -> Key:
    """A dotted path as its parts; whole numbers index lists."""
    return tuple(int(part) if part.isdecimal() and len(part) <= DIGITS_MOST else part for part in path.split("."))


def put(value: dict[str, Any], path: Key, wanted: Any, file: str) -> dict[str, Any]:
    """A copy of ``value`` with ``wanted`` at ``path``, in full form. Raises SpecError where there is no such place.

    Setting ``model.residual`` clears the stages' own words, so that afterwards none is left.
    """
    if path == ("model", "residual") and isinstance(value.get("model"), dict):
        model = dict(value["model"])
        if isinstance(model.get("stages"), (list, tuple)):
            model["stages"] = [
                {k: v for k, v in stage.items() if k != "residual"} if isinstance(stage, dict) else stage
                for stage in model["stages"]
            ]
        value = {**value, "model": model}
    if isinstance(wanted, float) and not math.isfinite(wanted):
        field = shown(".".join(map(str, path)), 200)
        raise SpecError([Problem(file=file, field=field, found=f"found {wanted}", right="give a finite number")])
    changed = _put(value, path, wanted, (), file)
    assert isinstance(changed, dict)
    return full_form(changed)


def _put(value: Any, path: Key, wanted: Any, done: Key, file: str) -> Any:
    if not path:
        return wanted
    head, rest = path[0], path[1:]
    at = (*done, head)
    if isinstance(value, (list, tuple)):
        if not isinstance(head, int) or head >= len(value):
            right = f"use a number from 0 to {len(value) - 1}" if value else "the list is empty"
            field = shown(".".join(map(str, at)), 200)
            raise SpecError([Problem(file=file, field=field, found="there is no such item", right=right)])
        return [_put(v, rest, wanted, at, file) if i == head else v for i, v in enumerate(value)]
    if isinstance(value, str) and done in NAMED:
        value = {"name": value}
    if value is not None and not isinstance(value, dict):
        field = shown(".".join(map(str, done)), 200)
        raise SpecError([Problem(file=file, field=field, found=f"{shown(value)} has no fields", right="set it whole")])
    made = dict(value or {})
    if done in NAMED and head == "name" and not rest:
        return merge(made, {"name": wanted}, done)
    made[str(head)] = _put(made.get(str(head)), rest, wanted, at, file)
    return made
