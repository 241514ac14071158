"""The presets by family and depth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.message import Message

from ..figures import clean
from ..library import Family, families
from .lines import Row, Segment, filled, fitted
from .panes import Pane

if TYPE_CHECKING:
    from ...spec import PresetEntry


COLUMN, BESIDE = 25, 40
"""Where the depths begin when they stand beside their family, and the width from which they do."""


class Presets(Pane):
    """Families one under another, their depths side by side: up and down choose a family, left and right a depth."""

    class Moved(Message):
        """Another preset is under the cursor."""

        def __init__(self, entry: PresetEntry) -> None:
            super().__init__()
            self.entry = entry

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.entries: tuple[PresetEntry, ...] = ()
        self.wanted = ""
        self.opened = ""
        self._families: list[Family] = []
        self._at = (0, 0)
        self._places: list[tuple[int, int, int, int]] = []

    def fill(self, entries: Sequence[PresetEntry]) -> None:
        """Show these presets, the cursor staying on its preset."""
        self.entries = tuple(entries)
        self._sort()

    def filter(self, wanted: str) -> None:
        """Show only presets whose name has all words of ``wanted``."""
        self.wanted = wanted
        self._sort()

    def mark(self, name: str, *, move: bool = True) -> None:
        """``name`` is the preset on the bench; the cursor goes there with ``move``, and for the first one always."""
        move = move or not self.opened
        self.opened = name
        if move:
            self._go_to(name)
        self.draw()

    @property
    def entry(self) -> PresetEntry | None:
        """The preset under the cursor."""
        family, depth = self._at
        if not self._families:
            return None
        return self._families[family].entries[depth]

    def _sort(self) -> None:
        was = self.entry.name if self.entry else self.opened
        self._families = families(self.entries, self.wanted)
        self._at = (0, 0)
        self._go_to(was)
        self.draw()

    def _go_to(self, name: str) -> None:
        for f, family in enumerate(self._families):
            for d, entry in enumerate(family.entries):
                if entry.name == name:
                    self._at = (f, d)

    def action_move(self, by: int) -> None:
        if not self._families:
            return
        family, depth = self._at
        to = max(0, min(len(self._families) - 1, family + by))
        if to != family:
            wanted = self._families[family].entries[depth].depth or 0
            nearest = min(enumerate(self._families[to].entries), key=lambda e: abs((e[1].depth or 0) - wanted))
            self._moved((to, nearest[0]))

    def action_turn(self, by: int) -> None:
        if self._families:
            family, depth = self._at
            self._moved((family, max(0, min(len(self._families[family].entries) - 1, depth + by))))

    def point(self, column: int, row: int) -> None:
        for line, start, family, depth in reversed(self._places):
            if line == row and (start <= column or depth == 0):
                self._moved((family, depth))
                return

    def _moved(self, at: tuple[int, int]) -> None:
        if at != self._at:
            self._at = at
            self.draw()
            if self.entry is not None:
                self.post_message(self.Moved(self.entry))

    def draw(self) -> None:
        width = max(12, self.size.width)
        rows: list[Row] = []
        self._places = []
        cursor_row = 0
        own = False
        for f, family in enumerate(self._families):
            if family.own and not own:
                own = True
                rows += [(), ((" yours", "dim"),)]
            here = f == self._at[0]
            if here:
                cursor_row = len(rows)
            rows += self._family(f, family, len(rows), width)
        if not self._families:
            rows = [(), ((fitted(" no preset is called so", width), "dim"),), ((" esc shows all", "faint"),)]
        self.show(rows)
        self.bring(cursor_row, 3)

    def _family(self, f: int, family: Family, top: int, width: int) -> list[Row]:
        here = f == self._at[0]
        single = len(family.entries) == 1 and family.entries[0].depth is None
        name = clean(family.name)
        if single:
            self._places.append((top, 0, f, 0))
            opened = family.entries[0].name == self.opened
            role = self.chosen if here else "text"
            row: Row = ((" ● " if opened else "   ", "accent"), (fitted(name, width - 3), "text"))
            return [tuple((t, f"{r} {role}") for t, r in row)]
        self._places.append((top, 0, f, 0))
        label: Segment = (fitted(f" {name}", COLUMN if width >= BESIDE else width), "strong" if here else "text")
        made: list[Row] = [] if width >= BESIDE else [(label,)]
        indent = COLUMN if width >= BESIDE else 2
        line: list[Segment] = [label if width >= BESIDE else ("  ", "text")]
        used = indent
        for d, entry in enumerate(family.entries):
            text = str(entry.depth) if entry.depth is not None else "–"
            cell = f" {text} "
            if used + len(cell.rstrip()) > width:
                made.append(filled(line, width))
                line, used = [(" " * indent, "text")], indent
            self._places.append((top + len(made), used, f, d))
            cursor = here and d == self._at[1]
            opened = entry.name == self.opened
            role = "strong accent" if opened else "text" if cursor else "dim"
            line.append((cell, f"{role} {self.chosen}" if cursor else role))
            used += len(cell)
        made.append(filled(line, width))
        return made
