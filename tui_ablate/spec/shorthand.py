"""The short ways to write a preset, rewritten to the one full form before it is decoded."""

from __future__ import annotations

from typing import Any

from .problem import shown
from .tree import Key

NAMED = {("model", "normalization"), ("training", "schedule"), ("training", "optimizer")}
"""Fields whose mapping is told apart by ``name``; a bare word stands for ``{name: word}``."""


def full_form(preset: dict[str, Any]) -> dict[str, Any]:
    """``preset`` with every shorthand written out; what it does not recognise is left for the decoder to refuse."""
    made = dict(preset)
    for section in ("model", "data", "training"):
        if isinstance(made.get(section), dict):
            made[section] = dict(made[section])
    for section, field in NAMED:
        part = made.get(section)
        if isinstance(part, dict) and isinstance(part.get(field), str):
            part[field] = {"name": part[field]}
    model, data = made.get("model"), made.get("data")
    if isinstance(model, dict) and isinstance(model.get("stages"), dict):
        model["stages"] = stage_list(model["stages"])
    if isinstance(data, dict) and type(data.get("image_size")) is int:
        data["image_size"] = [data["image_size"]] * 2
    return made


def stage_list(columns: dict[str, Any]) -> Any:
    """One mapping of equally long lists as the list of stages; given back untouched where the lengths differ.

    A value that is no list holds for every stage. (``convs: [2, 2], channels: [64, 128]``)
    """
    lengths = {len(value) for value in columns.values() if isinstance(value, list)}
    if len(lengths) != 1:
        return columns
    (count,) = lengths
    return [
        {key: value[i] if isinstance(value, list) else value for key, value in columns.items()} for i in range(count)
    ]


def uneven(columns: dict[str, Any]) -> tuple[str, str]:
    """Why a mapping of lists is no list of stages, as (what was found, what would be right)."""
    lengths = {key: len(value) for key, value in columns.items() if isinstance(value, list)}
    if not lengths:
        return "a mapping without a list", "give a list of stages, or at least one field as a list of one value a stage"
    each = ", ".join(f"{key} {length}" for key, length in lengths.items())
    return f"lists of different lengths: {shown(each, 200)}", "give every list one value a stage"


def merge(below: Any, above: Any, path: Key = ()) -> Any:
    """``above`` laid over ``below``: mappings merge, everything else is replaced.

    A mapping told apart by ``name`` is replaced as a whole when ``above`` names another kind, so that no field of
    the old kind is left behind.
    """
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    if path in NAMED and "name" in above and above["name"] != below.get("name"):
        return above
    merged = dict(below)
    for key, value in above.items():
        merged[key] = merge(below[key], value, (*path, key)) if key in below else value
    return merged
