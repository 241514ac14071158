"""Numbers as people read them."""

from __future__ import annotations

import math
from datetime import datetime


def percent(fraction: float | None) -> str:
    """A fraction as percent: 49.2 %."""
    return "–" if fraction is None or not math.isfinite(fraction) else f"{100 * fraction:.1f} %"


def loss(value: float | None) -> str:
    """A loss in four digits."""
    if value is None:
        return "–"
    return f"{value:.4f}" if math.isfinite(value) and abs(value) < 1e4 else f"{value:.3g}"


def lasted(seconds: float | None) -> str:
    """A duration: 45 s, 4 min 10 s, 2 h 05 min."""
    if seconds is None or not math.isfinite(seconds):
        return "–"
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def left(seconds: float | None) -> str:
    """A time to wait, no more exact than it can be known; empty where it is not known."""
    if seconds is None or not math.isfinite(seconds):
        return ""
    if seconds < 90:
        return f"about {max(5, round(seconds / 5) * 5)} s left"
    if seconds < 5400:
        return f"about {round(seconds / 60)} min left"
    return f"about {seconds / 3600:.1f} h left"


def when(seconds: float | None) -> str:
    """A moment in local time: its hour today, else its day."""
    if seconds is None:
        return "–"
    moment = datetime.fromtimestamp(seconds).astimezone()
    today = moment.date() == datetime.now().astimezone().date()
    return moment.strftime("%H:%M" if today else "%Y-%m-%d")


def size(count: float | None) -> str:
    """Bytes: 170 MB."""
    if count is None:
        return "not known"
    for unit, one in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= one:
            return f"{count / one:.1f} {unit}" if count < 10 * one else f"{count / one:.0f} {unit}"
    return f"{count:.0f} bytes"


def many(count: int, what: str) -> str:
    """A count with its noun: 1 run, 2 runs."""
    return f"{count:,} {what}" + ("" if count == 1 else "s")
