"""Axes in round numbers: limits that move in steps, few ticks, short labels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .thinning import within

FAR = 1e6
MANTISSAS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True)
class Axis:
    """An axis from ``low`` to ``high`` in scaled units (of a logarithmic axis: powers of ten)."""

    low: float
    high: float
    ticks: tuple[float, ...]
    """In scaled units, rising."""
    labels: tuple[str, ...]

    def place(self, value: float) -> float:
        """Where ``value`` (scaled) lies: 0 at ``low``, 1 at ``high``; what is far outside is not told apart."""
        return min(max((value - self.low) / (self.high - self.low), -FAR), FAR)


def linear(
    values: Iterable[float],
    ticks: int,
    *,
    limits: tuple[float, float] | None = None,
    whole: bool = False,
    percent: bool = False,
) -> Axis:
    """An axis over finite ``values`` with about ``ticks`` ticks.

    Without ``limits`` both ends are round and move only in half steps of the ticks, and an axis that comes near zero
    begins there: a chart whose series grows is not drawn anew at every point. ``whole``: no ticks between whole
    numbers. ``percent``: values are fractions.
    """
    limits = _sensible(limits)
    low, high = limits or _range(values)
    if high - low <= max(abs(low), abs(high)) * 1e-9:
        low, high = _around(low)
    step = _step((high - low) / max(1, ticks - 1))
    if whole:
        step = max(1.0, math.ceil(step))
    if limits is None:
        if 0 < low < 0.4 * high:
            low = 0.0
        half = step / 2
        low, high = math.floor(low / half + 1e-9) * half, math.ceil(high / half - 1e-9) * half
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    at = tuple(k * step for k in range(first, min(last, first + 100) + 1)) or (low,)
    return Axis(low, high, at, _labels(at, step, percent))


def growing(values: Iterable[float], ticks: int, *, limits: tuple[float, float] | None, whole: bool) -> Axis:
    """The x axis of a series that grows to the right: its right end moves rarely, to the next round number."""
    if _sensible(limits) is None:
        low, high = _range(values)
        if 0 <= low <= 0.5 * high or low == high >= 0:
            low = 0.0
        limits = (low, low + _round_up(high - low))
    return linear((), ticks, limits=limits, whole=whole)


def logarithmic(values: Iterable[float], ticks: int, *, limits: tuple[float, float] | None = None) -> Axis:
    """A logarithmic axis over positive finite ``values``; ends at 1, 2 or 5 times a power of ten."""
    limits = _sensible(limits)
    limits = limits if limits and limits[0] > 0 else None
    low, high = limits or _range(values)
    marks = _marks(low, high)
    decades = [(k, label) for k, label in marks if k == round(k)]
    chosen = marks if len(marks) <= ticks or len(decades) < 2 else decades
    every = max(1, math.ceil(len(chosen) / max(1, ticks)))
    at = tuple(k for k, _ in chosen)[::every]
    bottom, top = (math.log10(low), math.log10(high)) if limits else (marks[0][0], marks[-1][0])
    return Axis(bottom, top if top > bottom else bottom + 1, at, tuple(label for _, label in chosen)[::every])


def number(value: float, step: float = 1.0) -> str:
    """``value`` in few characters, exact to about ``step``: 12, 0.05, 15k, 20M, 3e-5."""
    size = abs(value)
    if size < step * 1e-6:
        return "0"
    if size >= 1e12 or size < 1e-4:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa.removesuffix('.0')}e{int(exponent)}"
    for unit, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if size >= unit and size >= 1e4:
            return f"{value / unit:.{_decimals(step / unit)}f}{sign}"
    return f"{value:.{_decimals(step)}f}"


def _decimals(step: float) -> int:
    """Digits behind the point that tell multiples of ``step`` apart."""
    return min(6, max(0, -math.floor(math.log10(step) + 1e-9)))


def _sensible(limits: tuple[float, float] | None) -> tuple[float, float] | None:
    """``limits`` in order and within what charts tell apart; None where one is not finite."""
    if limits is None or not all(map(math.isfinite, limits)):
        return None
    low, high = sorted(map(within, limits))
    return low, high


def _range(values: Iterable[float]) -> tuple[float, float]:
    known = list(values)
    return (min(known), max(known)) if known else (0.0, 1.0)


def _around(value: float) -> tuple[float, float]:
    """A range about a constant: from zero to the next round number beyond it."""
    if not value:
        return 0.0, 1.0
    end = math.copysign(_round_up(abs(value)), value)
    return (0.0, end) if end > 0 else (end, 0.0)


def _round_up(value: float) -> float:
    """The next round number that is not below ``value`` (above zero)."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next((m * power for m in MANTISSAS if m * power >= value * (1 - 1e-9)), value)


def _step(about: float) -> float:
    """The 1, 2 or 5 times a power of ten nearest above ``about`` (above zero)."""
    power = 10.0 ** math.floor(math.log10(about))
    return next((m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= about * (1 - 1e-9)), about)


def _labels(ticks: Sequence[float], step: float, percent: bool) -> tuple[str, ...]:
    scale = 100.0 if percent else 1.0
    return tuple(number(tick * scale, step * scale) + ("%" if percent else "") for tick in ticks)


def _marks(low: float, high: float) -> list[tuple[float, str]]:
    """(Power of ten, label) of each 1, 2, 5 x 10^n from the last not above ``low`` to the first not below ``high``."""
    first, last = math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1
    every = [(n + math.log10(m), _decade(m, n)) for n in range(first, last + 1) for m in (1, 2, 5)]
    start = max((i for i, (k, _) in enumerate(every) if k <= math.log10(low) + 1e-9), default=0)
    end = min((i for i, (k, _) in enumerate(every) if k >= math.log10(high) - 1e-9), default=len(every) - 1)
    return every[start : max(end, start + 1) + 1]


def _decade(mantissa: int, power: int) -> str:
    return f"{mantissa}e{power}" if power > 3 or power < -3 else f"{mantissa * 10.0**power:.{max(0, -power)}f}"
