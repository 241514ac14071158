"""Lines of text with a row under the cursor: the one thing every pane is drawn with."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment as Painted
from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

Segment: TypeAlias = tuple[str, str]
"""Text, and its roles (of ROLES), space between, or a colour ``#rrggbb``."""
Row: TypeAlias = tuple[Segment, ...]
ROLES: dict[str, tuple[str, str]] = {
    "text": ("color", "foreground"),
    "dim": ("color", "dim"),
    "faint": ("color", "faint"),
    "rule": ("color", "rule"),
    "strong": ("color bold", "strong"),
    "title": ("color", "primary"),
    "accent": ("color", "accent"),
    "good": ("color", "success"),
    "warn": ("color", "warning"),
    "bad": ("color", "error"),
    "key": ("color bold", "primary"),
    "chosen": ("bgcolor", "chosen"),
    "chosen-away": ("bgcolor", "chosen-away"),
}
"""What a role sets, and the variable of the theme that says to what. Not component classes: Textual would work out each
of them for each of two dozen panes before the first picture."""


class Lines(ScrollView):
    """Shows rows of segments; ``show`` repaints only the cells of rows that differ from what is there.

    Text reaches the screen as it is, without any markup; what came from outside is cleaned by the caller.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.rows: tuple[Row, ...] = ()
        self._styles: dict[str, Style] = {}

    def show(self, rows: Sequence[Row]) -> None:
        """Replace what is shown."""
        old, new = self.rows, tuple(rows)
        if old == new:
            return
        self.rows = new
        if len(old) != len(new):
            self.virtual_size = Size(0, len(new))
        top = int(self.scroll_offset.y)
        for y in range(top, top + self.size.height):
            before = old[y] if y < len(old) else ()
            after = new[y] if y < len(new) else ()
            if before != after:
                start, end = changed(before, after)
                width = self.size.width if end is None else end - start
                self.refresh(Region(start, y - top, width, 1))

    def bring(self, row: int, around: int = 0) -> None:
        """Scroll so that ``row``, and ``around`` rows on both sides, are in view."""
        height = self.size.height
        if height <= 0:
            return
        top = int(self.scroll_offset.y)
        first, last = max(0, row - around), min(len(self.rows) - 1, row + around)
        wanted = min(top, first) if first < top else max(top, last - height + 1)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, force=True, immediate=True)

    def render_line(self, y: int) -> Strip:
        row = y + int(self.scroll_offset.y)
        base = self.rich_style
        segments = self.rows[row] if 0 <= row < len(self.rows) else ()
        painted = [Painted(text, self.painted(roles)) for text, roles in segments if text]
        return Strip(painted).adjust_cell_length(self.size.width, base).apply_style(base)

    def painted(self, roles: str) -> Style:
        """The style of space-separated roles over the widget's own."""
        if roles not in self._styles:
            style = self.rich_style
            for role in roles.split():
                if role.startswith("#"):
                    style += Style(color=role)
                else:
                    what, variable = ROLES[role]
                    first, *bold = what.split()
                    style += Style(**{first: self.app.theme_variables[variable]}, bold=True if bold else None)
            self._styles[roles] = style
        return self._styles[roles]

    def notify_style_update(self) -> None:
        self._styles.clear()
        super().notify_style_update()


class Paragraph(Lines, can_focus=False):
    """Sentences, wrapped at the width there is and as high as they need."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._said: tuple[Segment, ...] = ()
        self.display = False

    def say(self, *said: Segment) -> None:
        """Show ``said``, already clean: each from the start of a line; empty ones make an empty line."""
        self._said = said
        self.wrap()

    def on_resize(self) -> None:
        self.wrap()

    def wrap(self) -> None:
        """Lay the sentences out."""
        width = max(10, self.size.width - 2)
        rows: list[Row] = []
        for text, role in self._said:
            rows += [((f" {line}", role),) for line in textwrap.wrap(text, width, break_on_hyphens=False) or [""]]
        self.styles.height = len(rows)
        self.display = bool(rows)
        self.show(rows)


def changed(before: Row, after: Row) -> tuple[int, int | None]:
    """The cells from the first to behind the last that differ; None for the end: up to the right edge."""
    start = 0
    shared = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        start += cell_len(one[0])
        shared += 1
    widths = [sum(cell_len(text) for text, _ in row) for row in (before, after)]
    if widths[0] != widths[1]:
        return start, None
    end = widths[0]
    for one, other in zip(reversed(before[shared:]), reversed(after[shared:]), strict=False):
        if one != other:
            break
        end -= cell_len(one[0])
    return start, max(end, start + 1)


def left(text: str, width: int, roles: str = "text") -> Segment:
    """``text`` at the left of ``width`` cells."""
    return fitted(text, width), roles


def right(text: str, width: int, roles: str = "text") -> Segment:
    """``text`` at the right of ``width`` cells."""
    text = fitted(text, width).rstrip() if cell_len(text) > width else text
    return " " * (width - cell_len(text)) + text, roles


def fitted(text: str, width: int) -> str:
    """``text`` in exactly ``width`` cells, with an ellipsis where something was cut."""
    if cell_len(text) <= width:
        return text + " " * (width - cell_len(text))
    return set_cell_size(text, width - 1) + "…" if width > 0 else ""


def width_of(row: Sequence[Segment]) -> int:
    """Cells that ``row`` takes."""
    return sum(cell_len(text) for text, _ in row)


def over(row: Row, role: str) -> Row:
    """``row`` with ``role`` laid on every segment."""
    return tuple((text, f"{roles} {role}") for text, roles in row)


def filled(row: Sequence[Segment], width: int, role: str = "text") -> Row:
    """``row`` with spaces behind it up to ``width`` cells."""
    rest = width - width_of(row)
    return (*row, (" " * rest, role)) if rest > 0 else tuple(row)
