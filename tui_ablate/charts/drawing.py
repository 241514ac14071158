"""The chart itself: (series, size, options) -> lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

from rich.cells import cell_len

from .axis import Axis, growing, linear, logarithmic
from .canvas import BRAILLE, dots
from .header import header
from .palette import AXIS, NOTICE, TICK, color, marker
from .series import DEFAULT, Line, Options, Segment, Series
from .text import clean, fit, padded
from .thinning import Point, pieces, thin

Cell = tuple[str, str | None]
EMPTY: Cell = (" ", None)


def draw(series: Sequence[Series], width: int, height: int, options: Options = DEFAULT) -> tuple[Line, ...]:
    """The chart as exactly ``height`` lines of ``width`` cells. A pure function; raises on no input.

    Values that are not finite (on a logarithmic axis also those not above zero) are gaps and are counted in the
    chart. Where the space is small the axes give way first, then the legend.
    """
    width, height = max(0, width), max(0, height)
    if not width or not height:
        return ((),) * height
    head = header(series, width, 0 if height < 3 else max(1, height // 4), options)
    body = height - len(head)
    parts = [pieces(s.x, s.y, log=options.log) for s in series]
    notes = _notes(sum(p[1] for p in parts), sum(p[2] for p in parts))
    lines = [piece for part in parts for piece in part[0]]
    if not lines:
        return head + _empty(notes, width, body)
    foot = body >= 4 and width >= 12
    rows = body - foot
    y = _y_axis([b for line in lines for _, b in line], rows, options)
    x_values = [a for line in lines for a, _ in line]
    side = max(4, *map(len, y.labels)) + 1
    side = side if width >= max(24, 2 * side) and rows >= 2 else 0
    inner = width - side
    ends = options.x_limits or x_values
    whole = all(a == round(a) for a in ends if abs(a) < 1e15)
    x = growing(x_values, max(2, min(12, inner // 8)), limits=options.x_limits, whole=whole)
    cells = _cells(series, [part[0] for part in parts], x, y, inner, rows)
    _note(cells, notes, inner)
    drawn = [padded([*_side(y, row, rows, side), *_runs(cells[row])], width) for row in range(rows)]
    return (*head, *drawn, *([padded(_foot(x, side, inner, options.x_label), width)] if foot else []))


def _y_axis(values: list[float], rows: int, options: Options) -> Axis:
    ticks = max(2, min(6, rows // 2 + 1))
    if options.log:
        return logarithmic([10.0 ** min(v, 308.0) for v in values], ticks, limits=options.y_limits)
    return linear(values, ticks, limits=options.y_limits, rows=rows, percent=options.percent)


def _cells(
    series: Sequence[Series], parts: Sequence[list[list[Point]]], x: Axis, y: Axis, width: int, height: int
) -> list[list[Cell]]:
    """The canvas: cells that lines share keep the dots of all and the colour of the last; markers on top."""
    bits = [[0] * width for _ in range(height)]
    colors: list[list[str | None]] = [[None] * width for _ in range(height)]
    signs: list[tuple[int, int, Cell]] = []
    for index, (one, part) in enumerate(zip(series, parts, strict=True)):
        placed = [thin([(x.place(a), y.place(b)) for a, b in piece], 2 * width) for piece in part]
        hue = color(one.color)
        for row, line in enumerate(dots(placed, width, height)):
            for column, dot in enumerate(line):
                if dot:
                    bits[row][column] |= dot
                    colors[row][column] = hue
        cell: Cell = (marker(one.color, one.marker), hue)
        signs += [
            (*at, cell) for at in _marked([p for piece in placed for p in piece], index, len(series), width, height)
        ]
    cells = [
        [(chr(BRAILLE + dot), hue) if dot else EMPTY for dot, hue in zip(*both, strict=True)]
        for both in zip(bits, colors, strict=True)
    ]
    for row, column, cell in signs:
        if cell_len(cell[0]) == 1:
            cells[row][column] = cell
    return cells


def _marked(points: list[Point], index: int, of: int, width: int, height: int) -> list[tuple[int, int]]:
    """Where the marker of series ``index`` stands: on its last point and, among others, on up to three before it."""
    seen = [p for p in points if -1e-9 <= p[0] <= 1 + 1e-9 and -1e-9 <= p[1] <= 1 + 1e-9]
    if not seen:
        return []
    chosen = [seen[-1]]
    if of > 1 and width >= 30:
        targets = [(k + (index + 0.5) / of) / 4 for k in range(4)]
        chosen = [*(min(seen, key=lambda p: abs(p[0] - t)) for t in targets if t < seen[-1][0]), *chosen]
    return [(height - 1 - _cell(b, height, 4), _cell(a, width, 2)) for a, b in chosen]


def _cell(place: float, cells: int, dots_each: int) -> int:
    """The cell in which plotext puts a dot at ``place``."""
    return min(max(int(0.5 + (cells * dots_each - 1) * place) // dots_each, 0), cells - 1)


def _notes(not_finite: int, not_positive: int) -> str:
    said = [f"{not_finite:,} not finite"] * bool(not_finite) + [f"{not_positive:,} not above 0"] * bool(not_positive)
    return " · ".join(said)


def _empty(notes: str, width: int, height: int) -> tuple[Line, ...]:
    said = [("no points yet", TICK)] + [(notes, NOTICE)] * bool(notes)
    top = max(0, (height - len(said)) // 2)
    lines: list[list[Segment]] = [[] for _ in range(height)]
    for offset, (text, hue) in enumerate(said):
        if top + offset < height:
            text = fit(text, width)
            lines[top + offset] = [(" " * ((width - cell_len(text)) // 2), None), (text, hue)]
    return tuple(padded(line, width) for line in lines)


def _note(cells: list[list[Cell]], notes: str, width: int) -> None:
    """Write ``notes`` into the corner where it hides least."""
    text = fit(notes, width)
    if not text:
        return
    places = [(row, start) for row in (0, len(cells) - 1) for start in (width - len(text), 0)]
    row, start = min(places, key=lambda at: sum(c != EMPTY for c in cells[at[0]][at[1] : at[1] + len(text)]))
    cells[row][start : start + len(text)] = [(c, NOTICE) for c in text]


def _side(y: Axis, row: int, rows: int, side: int) -> list[Segment]:
    if not side:
        return []
    for tick, label in zip(y.ticks, y.labels, strict=True):
        if rows - 1 - _cell(y.place(tick), rows, 4) == row:
            return [(label.rjust(side - 1), TICK), ("┤", AXIS)]
    return [(" " * (side - 1), None), ("│", AXIS)]


def _foot(x: Axis, side: int, width: int, label: str) -> list[Segment]:
    """The x axis with its numbers in the line, and what they count in the last gap that is wide enough."""
    taken: list[tuple[int, str]] = []
    for tick, text in zip(x.ticks, x.labels, strict=True):
        start = min(max(_cell(x.place(tick), width, 2) - len(text) // 2, 0), width - len(text))
        if start >= 0 and (not taken or start >= taken[-1][0] + len(taken[-1][1]) + 2):
            taken.append((start, text))
    line = ["─"] * width
    for start, text in taken:
        line[start : start + len(text)] = text
    label = clean(label)
    edges = [(start, start + len(text)) for start, text in taken] + [(width, width)]
    for (_, left), (right, _) in list(pairwise(edges))[::-1]:
        if label and right - left >= cell_len(label) + 2 and cell_len(label) == len(label):
            start = left + (right - left - len(label) - 2) // 2
            line[start : start + len(label) + 2] = f" {label} "
            break
    segments: list[Segment] = [
        ("".join(group), AXIS if rule else TICK) for rule, group in groupby(line, key=lambda c: c == "─")
    ]
    return [(" " * (side - 1) + "└", AXIS), *segments] if side else segments


def _runs(cells: list[Cell]) -> list[Segment]:
    """Neighbours of one colour joined."""
    return [("".join(c for c, _ in group), hue) for hue, group in groupby(cells, key=lambda cell: cell[1])]
