"""The one place that knows plotext: unbroken lines in the unit square -> dots of braille cells.

plotext keeps its figure in module globals, so a lock holds one drawing at a time. It gets finite values between
known limits only, and neither colour nor axes: what it raises on (5.3 on inf) or paints over (cells that two lines
share) cannot happen here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from threading import Lock
from typing import Any

from .thinning import Point

BRAILLE = 0x2800
_COLOR = re.compile("\x1b\\[[0-9;]*m")
_lock = Lock()


def dots(lines: Sequence[Sequence[Point]], width: int, height: int) -> list[list[int]]:
    """The dots of ``lines`` on ``height`` rows of ``width`` cells, top row first: bits of Unicode's braille block.

    Points have x and y from 0 (left, bottom) to 1; what lies outside is not seen.
    """
    if not lines or width < 1 or height < 1:
        return [[0] * width for _ in range(height)]
    with _lock:
        text = _plotext(lines, width, height)
    rows = _COLOR.sub("", text).split("\n")[:height]
    return [[_bits(cell) for cell in row.ljust(width)[:width]] for row in rows]


def _bits(cell: str) -> int:
    code = ord(cell) - BRAILLE
    return code if 0 <= code < 256 else 0


def _plotext(lines: Sequence[Sequence[Point]], width: int, height: int) -> str:
    import plotext  # type: ignore[import-untyped]

    plot: Any = plotext
    plot.clear_figure()
    plot.limit_size(False, False)
    plot.plot_size(width, height)
    plot.theme("clear")
    plot.xaxes(False, False)
    plot.yaxes(False, False)
    plot.xlim(0, 1)
    plot.ylim(0, 1)
    for line in lines:
        plot.plot([_near(x) for x, _ in line], [_near(y) for _, y in line], marker="braille")
    plot.xticks([])
    plot.yticks([])
    text: str = plot.build()
    plot.clear_figure()
    return text


def _near(value: float) -> float:
    """``value``, not further from the canvas than its own size: plotext walks every dot of a line."""
    return min(max(value, -1.0), 2.0)
