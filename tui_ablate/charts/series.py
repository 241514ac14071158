"""What a chart is given and what it returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

Segment: TypeAlias = tuple[str, str | None]
"""Text, and its colour as "#rrggbb"; None is the terminal's own."""
Line: TypeAlias = tuple[Segment, ...]


class Series(msgspec.Struct, frozen=True):
    """One line of a chart. ``x`` and ``y`` may hold what is not finite; the longer of the two is cut."""

    label: str
    x: Sequence[float]
    y: Sequence[float]
    color: int = 0
    """Index into PALETTE; past its end it starts over."""
    marker: str = ""
    """One character that stands on the line and in the legend; by default the one that goes with the colour."""


class Options(msgspec.Struct, frozen=True):
    """How a chart is drawn."""

    title: str = ""
    x_label: str = ""
    y_label: str = ""
    """Stands where the title would where there is none."""
    log: bool = False
    """A logarithmic y axis: values not above zero become gaps and are counted."""
    percent: bool = False
    """The y values are fractions, written as percent."""
    y_limits: tuple[float, float] | None = None
    x_limits: tuple[float, float] | None = None
    legend: bool = True


DEFAULT = Options()
