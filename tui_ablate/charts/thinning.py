"""A series cut to what a chart can show: its gaps, its extremes, and no more points than columns can hold."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]

LARGEST = 1e300
"""What lies beyond is drawn here, so that no difference of two values overflows."""
SMALLEST = 1e-200
"""What is smaller is drawn as zero, so that no division underflows."""


def within(value: float) -> float:
    """``value``, finite, brought between the largest and the smallest that charts tell apart."""
    return 0.0 if abs(value) < SMALLEST else min(max(value, -LARGEST), LARGEST)


def pieces(x: Sequence[float], y: Sequence[float], *, log: bool = False) -> tuple[list[list[Point]], int, int]:
    """The unbroken pieces of a series, and how many points were left out: not finite, and not above zero.

    Each left-out point is a gap. With ``log`` the y of the result are powers of ten.
    """
    found: list[list[Point]] = [[]]
    not_finite = not_positive = 0
    for a, b in zip(x, y, strict=False):
        a, b = float(a), float(b)
        if math.isfinite(a) and math.isfinite(b) and not (log and b <= 0):
            found[-1].append((within(a), math.log10(max(within(b), SMALLEST)) if log else within(b)))
            continue
        if math.isfinite(a) and math.isfinite(b):
            not_positive += 1
        else:
            not_finite += 1
        if found[-1]:
            found.append([])
    return [piece for piece in found if piece], not_finite, not_positive


def thin(piece: Sequence[Point], columns: int) -> list[Point]:
    """``piece``, its x from 0 to 1 over ``columns``: of each column only the first, lowest, highest and last point."""
    if len(piece) <= 2 * columns:
        return list(piece)
    return list(_kept(piece, columns))


def _kept(piece: Sequence[Point], columns: int) -> Iterator[Point]:
    for _, grouped in groupby(range(len(piece)), key=lambda i: math.floor(piece[i][0] * (columns - 1) + 0.5)):
        group = list(grouped)
        low = min(group, key=lambda i: piece[i][1])
        high = max(group, key=lambda i: piece[i][1])
        yield from (piece[i] for i in sorted({group[0], low, high, group[-1]}))
