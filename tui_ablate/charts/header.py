"""What stands above a chart: its title and its legend."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from .palette import TICK, color, marker
from .series import Line, Options, Segment, Series
from .text import clean, fit, padded

GAP = 2


def header(series: Sequence[Series], width: int, most: int, options: Options) -> tuple[Line, ...]:
    """At most ``most`` lines: the title with the legend beside it where both fit, else the legend under it."""
    if most < 1:
        return ()
    title = fit(clean(options.title or options.y_label), width)
    items = [_item(s, width) for s in series if s.label] if options.legend else []
    if not items:
        return (padded([(title, None)], width),) if title else ()
    room = width - (cell_len(title) + GAP if title else 0)
    beside = sum(map(_width, items)) + GAP * (len(items) - 1)
    if beside <= room:
        legend = _joined(items)
        return (padded([(title, None), (" " * (width - cell_len(title) - beside), None), *legend], width),)
    if title and most == 1:
        shown, left = _filled(items, room)
        rest = _joined(shown) + _more(left)
        return (padded([(title, None), (" " * GAP, None), *rest], width),)
    return _below(title, items, width, most)


def legend(series: Sequence[Series], width: int, most: int) -> tuple[Line, ...]:
    """The legend alone, for charts that share one: at most ``most`` lines, as few as hold it."""
    return _below("", [_item(one, width) for one in series if one.label], width, most)


def _below(title: str, items: list[list[Segment]], width: int, most: int) -> tuple[Line, ...]:
    lines = [padded([(title, None)], width)] if title else []
    while items and len(lines) < most:
        shown, left = _filled(items, width, last=len(lines) == most - 1)
        if not shown:
            break
        items = items[len(shown) :]
        lines.append(padded(_joined(shown) + (_more(left) if len(lines) == most - 1 else []), width))
    return tuple(lines)


def _filled(items: list[list[Segment]], room: int, *, last: bool = True) -> tuple[list[list[Segment]], int]:
    """The items that fit into ``room`` cells, and how many do not (the last line keeps space to say so)."""
    shown: list[list[Segment]] = []
    used = 0
    for index, item in enumerate(items):
        spare = 5 if last and index < len(items) - 1 else 0
        if used + _width(item) + spare > room:
            break
        shown.append(item)
        used += _width(item) + GAP
    return shown, len(items) - len(shown)


def _item(series: Series, width: int) -> list[Segment]:
    sign = marker(series.color, series.marker)
    return [
        (sign + " ", color(series.color)),
        (fit(clean(series.label), max(1, min(32, width - 2))), color(series.color)),
    ]


def _width(item: list[Segment]) -> int:
    return sum(cell_len(text) for text, _ in item)


def _joined(items: Sequence[list[Segment]]) -> list[Segment]:
    line: list[Segment] = []
    for item in items:
        line += [(" " * GAP, None)] * bool(line) + item
    return line


def _more(left: int) -> list[Segment]:
    return [(f"  +{left}", TICK)] if left else []
