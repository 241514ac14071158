"""One number a run, side by side: a row a variant, a column a seed, and the mean of those that are done."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Protocol

import msgspec

from ..runs import Row, StudyRow

LACKS = {"test": "these data have no test set", "validation": "nothing was kept for validation"}
MISSING = "missing"
"""The state of a run that the study planned and that is no longer there."""


class SeedResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one run says. ``value``: the study's metric (errors and accuracies as fractions), None without one."""

    seed: int
    run: str | None
    state: str
    value: float | None
    progress: float = 0.0


class VariantResult(msgspec.Struct, frozen=True, kw_only=True):
    """One variant of a study: its runs in the order of the seeds, and the mean of those with a value.

    ``note`` says why ``metric`` is not the study's, or has no value; empty where there is nothing to say.
    """

    variant: str
    baseline: bool
    metric: str
    note: str = ""
    runs: tuple[SeedResult, ...]

    @property
    def values(self) -> tuple[float | None, ...]:
        """The value of each seed; None where its run has none."""
        return tuple(run.value for run in self.runs)

    @property
    def mean(self) -> float | None:
        """Mean over the runs that have a value; ``done`` says how many that are."""
        known = [value for value in self.values if value is not None]
        return math.fsum(known) / len(known) if known else None

    @property
    def done(self) -> int:
        """Runs that have a value."""
        return sum(value is not None for value in self.values)

    @property
    def total(self) -> int:
        """Runs the study planned."""
        return len(self.runs)


class _Study(Protocol):
    """What the table needs of a study."""

    baseline: str
    metric: str
    seeds: tuple[int, ...]
    variants: tuple[str, ...]
    runs: tuple[Row, ...]


def table(study: StudyRow | _Study) -> list[VariantResult]:
    """The results of ``study``, the baseline first, as far as its runs have come."""
    by_place = {(row.variant, row.seed): row for row in study.runs}
    metric, note = measured(study.metric, study.runs)
    return [
        VariantResult(
            variant=variant,
            baseline=variant == study.baseline,
            metric=metric,
            note=note,
            runs=tuple(_result(by_place.get((variant, seed)), seed, metric) for seed in study.seeds),
        )
        for variant in study.variants
    ]


def measured(metric: str, rows: Iterable[Row]) -> tuple[str, str]:
    """``metric`` and nothing to add; where none of ``rows`` that are done has it, that on validation, and why."""
    done = [row for row in rows if row.state == "done"]
    known = {name for row in done for name in row.metrics}
    if not done or metric in known:
        return metric, ""
    part, _, what = metric.partition(".")
    instead = f"validation.{what}"
    return instead if instead in known else metric, LACKS[part]


def _result(row: Row | None, seed: int, metric: str) -> SeedResult:
    if row is None:
        return SeedResult(seed=seed, run=None, state=MISSING, value=None)
    value = row.metrics.get(metric) if row.state == "done" else None
    if value is not None and not math.isfinite(value):
        value = None
    return SeedResult(seed=seed, run=row.id, state=row.state, value=value, progress=row.progress)
