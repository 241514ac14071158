"""Series in, lines of text out: charts for a terminal, drawn by plotext behind one adapter. Knows no other room."""

from .averaging import average
from .drawing import draw
from .header import legend
from .palette import MARKERS, PALETTE
from .series import Line, Options, Series
from .text import ansi, ascii_character, ascii_only, plain

__all__ = [
    "MARKERS",
    "PALETTE",
    "Line",
    "Options",
    "Series",
    "ansi",
    "ascii_character",
    "ascii_only",
    "average",
    "draw",
    "legend",
    "plain",
]
