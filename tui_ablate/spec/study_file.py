"""A study as it is written: its fields, and what of them can be read."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from .decode import Place, decode
from .experiment import Section
from .problem import Problem, SpecError

SEEDS_DEFAULT = 5
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


def read(value: dict[str, Any], place: Place) -> tuple[StudyFile, tuple[Problem, ...]]:
    """The study that ``value`` says, and what of it was refused: that stands as if it had not been written.

    A baseline that was refused is empty. Single variants and factors are refused, else whole fields.
    """
    try:
        return decode(value, StudyFile, place), ()
    except SpecError as error:
        problems = error.every
    fields = [problem.field for problem in problems]

    def sound(*path: str) -> bool:
        at = ".".join(path)
        return not any(field == at or field.startswith(f"{at}.") for field in fields)

    made: dict[str, Any] = {"baseline": ""}
    for field, own in value.items():
        if field in ("variants", "factors") and isinstance(own, dict):
            made[field] = {name: entry for name, entry in own.items() if sound(field, name)}
        elif field in StudyFile.__struct_fields__ and sound(field):
            made[field] = own
    return msgspec.convert(made, StudyFile), problems
