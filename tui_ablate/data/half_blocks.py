"""Pictures for a terminal: two pixels a cell, as the foreground and the background of ``▀``."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from .pictures import resized

Cell: TypeAlias = tuple[str, str, str]
"""Text, its colour and its background, as "#rrggbb"."""


def half_blocks(image: npt.NDArray[np.uint8], width: int) -> tuple[tuple[Cell, ...], ...]:
    """Lines of cells for a uint8 (height, width, 1 or 3) picture, ``width`` cells wide, its proportions kept.

    Neighbours of the same colours share one cell of longer text.
    """
    width = max(1, width)
    rows = max(1, round(image.shape[0] * width / image.shape[1] / 2))
    picture = resized(np.ascontiguousarray(image), (2 * rows, width))
    if picture.shape[-1] == 1:
        picture = np.repeat(picture, 3, axis=-1)
    lines = []
    for row in range(rows):
        cells: list[Cell] = []
        for upper, lower in zip(picture[2 * row], picture[2 * row + 1], strict=True):
            fore, back = (f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in (upper, lower))
            if cells and cells[-1][1:] == (fore, back):
                cells[-1] = (cells[-1][0] + "▀", fore, back)
            else:
                cells.append(("▀", fore, back))
        lines.append(tuple(cells))
    return tuple(lines)


def ansi(lines: tuple[tuple[Cell, ...], ...]) -> str:
    """The same as text with escape codes of 24-bit colour, each line reset at its end."""
    return "\n".join("".join(_escaped(*cell) for cell in line) + "\x1b[0m" for line in lines)


def _escaped(text: str, fore: str, back: str) -> str:
    upper, lower = (";".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) for colour in (fore, back))
    return f"\x1b[38;2;{upper}m\x1b[48;2;{lower}m{text}"
