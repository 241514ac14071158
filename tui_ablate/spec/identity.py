"""Experiments as plain values: what differs from the defaults, what two differ in, and the hash of one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from .experiment import Experiment
from .load import experiment_of
from .overrides import key, put
from .resolved import normal_form
from .tree import Tree

UNNAMED = ("name", "about")
"""Fields that decide nothing about a run."""

HASHED_VERSION = 1
"""The first schema version. A field that a later version adds counts only where it differs from its default, so an
experiment that does not use it keeps its hash; a later version that changes a default must hash the old value."""


class Difference(msgspec.Struct, frozen=True):
    """One field, by dotted path, in which two experiments differ; None where a side does not have it."""

    path: str
    a: Any
    b: Any


@lru_cache
def _fields(kind: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """A type's fields; asked for anew, msgspec evaluates every annotation again, most of what an edit would take."""
    return msgspec.structs.fields(kind)


def plain(value: Any) -> Any:
    """``value`` as mappings, lists and scalars, without the fields that have their default."""
    if isinstance(value, msgspec.Struct):
        config = value.__struct_config__
        made: dict[str, Any] = {}
        if config.tag_field is not None:
            made[config.tag_field] = config.tag
        for field in _fields(type(value)):
            own = getattr(value, field.name)
            if own != field.default or type(own) is not type(field.default):
                made[field.name] = plain(own)
        return made
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def identity(experiment: Experiment) -> str:
    """Hash (sha256, hex) of everything that decides a run of ``experiment`` but its seed.

    What a model says beyond what its blocks do anyway does not enter: see ``normal_form``.
    """
    values = plain(msgspec.structs.replace(experiment, model=normal_form(experiment.model)))
    for field in UNNAMED:
        values.pop(field, None)
    text = msgspec.json.encode({"version": HASHED_VERSION, "values": values}, order="sorted")
    return hashlib.sha256(text).hexdigest()


def differences(a: Experiment, b: Experiment) -> list[Difference]:
    """The fields that decide a run and differ, in the order they stand in a preset; values in full."""
    left, right = msgspec.to_builtins(full(a)), msgspec.to_builtins(full(b))
    for field in UNNAMED:
        left.pop(field, None)
        right.pop(field, None)
    return list(_compare("", left, right))


def full(value: Any) -> Any:
    """``value`` as mappings, lists and scalars, defaults included."""
    if isinstance(value, msgspec.Struct):
        config = value.__struct_config__
        made = {} if config.tag_field is None else {config.tag_field: config.tag}
        return made | {f: full(getattr(value, f)) for f in value.__struct_fields__}
    if isinstance(value, (list, tuple)):
        return [full(item) for item in value]
    return value


def _compare(path: str, a: Any, b: Any) -> list[Difference]:
    if a == b and type(a) is type(b):
        return []
    if isinstance(a, dict) and isinstance(b, dict):
        keys = list(a) + [k for k in b if k not in a]
        return [d for k in keys for d in _compare(f"{path}.{k}" if path else str(k), a.get(k), b.get(k))]
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b) and any(isinstance(i, dict) for i in a):
        return [d for i, (x, y) in enumerate(zip(a, b, strict=True)) for d in _compare(f"{path}.{i}", x, y)]
    return [Difference(path, a, b)]


def set_values(experiment: Experiment, sets: Sequence[str]) -> Experiment:
    """``experiment`` with ``sets`` (``path=value``) applied in order. Raises SpecError."""
    return experiment_of(plain(experiment), (Tree(experiment.name, None, {}),), sets).experiment


def edit(experiment: Experiment, path: str, value: Any) -> Experiment:
    """``experiment`` with one field, by dotted path, set to a plain ``value``. Raises SpecError."""
    changed = put(plain(experiment), key(path), value, experiment.name)
    return experiment_of(changed, (Tree(experiment.name, None, {}),)).experiment
