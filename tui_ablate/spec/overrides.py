"""``path=value`` on top of a preset: ``--set`` and every edit of the app go through here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from .problem import Problem, SpecError, shown
from .shorthand import NAMED, full_form, merge
from .tree import Key, parse


def apply(value: dict[str, Any], sets: Sequence[str]) -> tuple[dict[str, Any], dict[Key, str]]:
    """``value`` with ``sets`` applied in order, in full form; and by path the set it came from. Raises SpecError."""
    origins: dict[Key, str] = {}
    for text in sets:
        path, wanted = _read(text)
        value = put(value, path, wanted, f"--set {shown(text, 200)}")
        origins[path] = shown(text, 200)
    return value, origins


def _read(text: str) -> tuple[Key, Any]:
    path, equals, wanted = text.partition("=")
    file = f"--set {shown(text, 200)}"
    if not equals or not path.strip():
        raise SpecError([Problem(file=file, found="it is not path=value", right="as in training.epochs=10")])
    return key(path.strip()), parse(wanted, file).value


def key(path: str) -> Key:
    """A dotted path as its parts; whole numbers index lists."""
    return tuple(int(part) if part.isdecimal() else part for part in path.split("."))


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
        field = ".".join(map(str, path))
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
            field = ".".join(map(str, at))
            raise SpecError([Problem(file=file, field=field, found="there is no such item", right=right)])
        return [_put(v, rest, wanted, at, file) if i == head else v for i, v in enumerate(value)]
    if isinstance(value, str) and done in NAMED:
        value = {"name": value}
    if value is not None and not isinstance(value, dict):
        field = ".".join(map(str, done))
        raise SpecError([Problem(file=file, field=field, found=f"{shown(value)} has no fields", right="set it whole")])
    made = dict(value or {})
    if done in NAMED and head == "name" and not rest:
        return merge(made, {"name": wanted}, done)
    made[str(head)] = _put(made.get(str(head)), rest, wanted, at, file)
    return made
