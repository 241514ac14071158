"""Axes in round numbers: limits that move in steps, few ticks, short labels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .thinning import within

FAR = 1e6
SLACK = 0.2
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
    rows: int = 0,
    percent: bool = False,
) -> Axis:
    """An axis over finite ``values`` with about ``ticks`` ticks.

    Without ``limits`` both ends are round and move only in half steps of the ticks, and an axis that comes near zero
    begins there: a chart whose series grows is not drawn anew at every point. ``rows``: of so many, ticks stand equally
    many apart where the top can be a little higher for it. ``percent``: values are fractions.
    """
    limits = _sensible(limits)
    low, high = limits or _range(values)
    if high - low <= max(abs(low), abs(high)) * 1e-9:
        low, high = _around(low)
    step = _step((high - low) / max(1, ticks - 1))
    if limits is None and 0 < low < 0.4 * high:
        low = 0.0
    even = _even(low, high, rows, ticks)
    if even is not None:
        step, low, high = even
    elif limits is None:
        half = step / 2
        low, high = math.floor(low / half + 1e-9) * half, math.ceil(high / half - 1e-9) * half
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    at = tuple(k * step for k in range(first, min(last, first + 100) + 1)) or (low,)
    if percent:
        at = tuple(tick for tick in at if tick <= 1 + 1e-9) or at
    return Axis(low, high, at, _labels(at, step, percent))


def _even(low: float, high: float, rows: int, ticks: int) -> tuple[float, float, float] | None:
    """(step, low, high) of the axis whose ticks are equally many of ``rows`` apart and that wastes least; at least
    three ticks. None where all waste more than SLACK of the height."""
    found: list[tuple[float, tuple[float, float, float]]] = []
    about = (high - low) / max(1, ticks)
    power = 10.0 ** math.floor(math.log10(about))
    for step in (m * power for m in (1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 25.0, 50.0)):
        bottom = math.floor(low / step + 1e-9) * step
        apart = math.floor((rows - 1) * step / (high - bottom) + 1e-9)
        if apart < 1 or not 3 <= (rows - 1) // apart + 1 <= ticks + 1:
            continue
        top = bottom + step * (rows - 1) / apart
        waste = 1 - (high - low) / (top - bottom)
        found.append((waste + 0.02 * abs(ticks - (rows - 1) // apart - 1), (step, bottom, top)))
    best = min(found, default=None)
    return best[1] if best is not None and best[0] <= SLACK else None


def growing(values: Iterable[float], ticks: int, *, limits: tuple[float, float] | None, whole: bool) -> Axis:
    """The x axis of a series that grows to the right: its right end moves rarely, to the next round number.

    ``whole``: ticks are whole numbers, and the ends have theirs.
    """
    sensible = _sensible(limits)
    if sensible is None:
        low, high = _range(values)
        if 0 <= low <= 0.5 * high or low == high >= 0:
            low = 0.0
        sensible = (low, low + _round_up(high - low))
    if whole and sensible[1] - sensible[0] >= 1 and all(end == round(end) and abs(end) < 1e15 for end in sensible):
        return _counting(int(sensible[0]), int(sensible[1]), ticks)
    return linear((), ticks, limits=sensible)


def _counting(low: int, high: int, ticks: int) -> Axis:
    """An axis of whole numbers from ``low`` to ``high``, both named; equal steps between where a round one divides."""
    about = max(1, round((high - low) / max(1, ticks - 1)))
    power = 10 ** (len(str(about)) - 1)
    round_ones = [m * power * ten // 2 for ten in (1, 10) for m in (2, 4, 5, 6, 8, 10) if m * power * ten % 2 == 0]
    fitting = [step for step in round_ones if about <= step <= 2 * about and (high - low) % step == 0]
    step = fitting[0] if fitting else int(_step(float(about)))
    at = [*range(low, high, step), high]
    if len(at) > 2 and at[-1] - at[-2] < 0.6 * step:
        del at[-2]
    return Axis(float(low), float(high), tuple(map(float, at)), _labels(at, 1.0, percent=False))


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
    digits = min(6, max(0, -math.floor(math.log10(step) + 1e-9)))
    exact = round(step * 10**digits, 6) == round(step * 10**digits)
    return digits if exact else min(6, digits + 1)  # 0.25 needs one more


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
