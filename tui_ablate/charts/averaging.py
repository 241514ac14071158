"""Several series of the same quantity -> their mean."""

from __future__ import annotations

from collections.abc import Sequence

from .series import Series


def average(series: Sequence[Series], label: str, color: int = 0, marker: str = "") -> Series:
    """The mean over ``series`` at each x that any of them has; what is not finite stays so."""
    if len(series) == 1:
        return Series(label, series[0].x, series[0].y, color, marker)
    values: dict[float, list[float]] = {}
    for one in series:
        for x, y in zip(one.x, one.y, strict=False):
            values.setdefault(float(x), []).append(float(y))
    at = sorted(values)
    return Series(label, at, [sum(v / len(values[x]) for v in values[x]) for x in at], color, marker)
