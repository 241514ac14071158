"""Numbers and names as people read them."""

from __future__ import annotations

import math
import time

NOTHING = "–"


def clean(text: object, longest: int = 200) -> str:
    """``text`` from a user, a file or a data set as one printable line; control characters are left out."""
    shown = "".join(c if c.isprintable() else " " for c in str(text)[: longest + 1]).strip()
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def cut(text: str, width: int) -> str:
    """``text`` in at most ``width`` characters, with an ellipsis where something was cut."""
    return text if len(text) <= width else text[: max(0, width - 1)] + "…" if width > 0 else ""


def duration(seconds: float | None) -> str:
    """Seconds as a clock: ``0:42``, ``12:05``, ``3:20:00``; for days ``2 d 04 h``."""
    if seconds is None or not math.isfinite(seconds):
        return NOTHING
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    if hours >= 48:
        return f"{hours // 24} d {hours % 24:02} h"
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def moment(seconds: float | None, now: float) -> str:
    """A time since 1970 as the clock shows it, of another day as its date: ``14:05``, ``24 Nov``."""
    if seconds is None:
        return NOTHING
    then, today = time.localtime(seconds), time.localtime(now)
    return time.strftime("%H:%M" if then[:3] == today[:3] else "%d %b", then)


def about(seconds: float | None) -> str:
    """How long something takes, in words: ``about 4 min``."""
    if seconds is None or not math.isfinite(seconds):
        return "not known yet"
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    if seconds < 5400:
        return f"about {round(seconds / 60)} min"
    return f"about {seconds / 3600:.1f} h" if seconds < 172_800 else f"about {seconds / 86_400:.1f} days"


def number(value: float | None, form: str = ".4f") -> str:
    """A measured value; a dash where there is none, ``nan`` where it is not finite."""
    if value is None:
        return NOTHING
    return format(value, form) if math.isfinite(value) else "nan"


def percent(value: float | None) -> str:
    """A fraction as percent with one decimal."""
    return NOTHING if value is None else f"{100 * value:.1f} %" if math.isfinite(value) else "nan"


def bar(fraction: float, width: int) -> tuple[str, str]:
    """A progress bar as its full and its empty part, together ``width`` characters."""
    full = max(0, min(width, round(fraction * width)))
    return "━" * full, "─" * (width - full)


def count(value: int, one: str, many: str = "") -> str:
    """``1 run``, ``3 runs``."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"
