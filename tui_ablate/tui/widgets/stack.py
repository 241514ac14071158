"""The network drawn as a stack of bands, with the stage or block under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from ..draft import Place
from .lines import Row, Segment, filled, over
from .panes import Pane

if TYPE_CHECKING:
    from ...graph import Drawing
    from ...graph.picture import Line

ROLES = {
    "title": "strong", "dim": "dim", "figure": "dim", "block": "title", "arc": "good", "flow": "rule", "mark": "good",
    "warn": "warn",
}  # fmt: skip


class Stack(Pane):
    """Draws a network. The cursor stands on the stem, a stage, a block of a stage, or the head."""

    class Moved(Message):
        """The cursor is somewhere else."""

        def __init__(self, place: Place) -> None:
            super().__init__()
            self.place = place

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.drawing: Drawing | None = None
        self.place = Place()
        self._lines: list[Line] = []

    def fill(self, drawing: Drawing | None, place: Place) -> None:
        """Draw this network with the cursor at ``place``, or as near as it has a place."""
        self.drawing = drawing
        self.place = self._inside(place)
        self.draw()

    def _inside(self, place: Place) -> Place:
        if self.drawing is None:
            return place
        stage = max(self._first, min(place.stage, len(self.drawing.stages) + 1))
        return Place(stage, min(place.block, self._blocks(stage)))

    @property
    def _first(self) -> int:
        return 0 if self.drawing is not None and self.drawing.stem_shape is not None else 1

    def _blocks(self, stage: int) -> int:
        if self.drawing is None or not 1 <= stage <= len(self.drawing.stages):
            return 0
        return len(self.drawing.stages[stage - 1].blocks)

    def on_resize(self) -> None:
        self.scroll_to(y=0, animate=False, force=True, immediate=True)  # as much above the cursor as there is room

    def action_move(self, by: int) -> None:
        stage = self.place.stage + by
        self._go(Place(stage, 0))

    def action_turn(self, by: int) -> None:
        if self._blocks(self.place.stage):
            self._go(Place(self.place.stage, max(0, min(self._blocks(self.place.stage), self.place.block + by))))

    def action_open(self) -> None:
        if self._blocks(self.place.stage) and not self.place.block:
            self._go(Place(self.place.stage, 1))

    def leave(self) -> bool:
        """From a block up to its stage; False where the cursor is on no block."""
        if not self.place.block:
            return False
        self._go(Place(self.place.stage, 0))
        return True

    def point(self, column: int, row: int) -> None:
        from ...graph.picture import stage_block_at

        if not 0 <= row - 1 < len(self._lines):
            return
        stage, block = stage_block_at(self._lines, row - 1, column - 1)
        self._go(Place(stage, block) if stage else Place(self._edge_of(self._lines[row - 1])))

    def _edge_of(self, line: Line) -> int:
        named = line[0].text.strip() if line else ""
        assert self.drawing is not None
        return {"head": len(self.drawing.stages) + 1, "stem": 0}.get(named, self.place.stage)

    def _go(self, place: Place) -> None:
        place = self._inside(place)
        if place != self.place:
            self.place = place
            self.draw()
            self.post_message(self.Moved(place))

    def draw(self) -> None:
        if self.drawing is None:
            self.show([((" stack", "dim"),)])
            return
        from ...graph.picture import lines

        width = max(30, self.size.width)
        self._lines = lines(self.drawing, width - 2)
        rows: list[Row] = [((" stack", "dim"), ("     map     width", "faint"))]
        rows += [self._row(line, width) for line in self._lines]
        self.show(rows)
        here = [index for index, line in enumerate(self._lines, 1) if self._is_here(line)]
        if here:
            self.bring(here[-1], 1)
            self.bring(here[0], 1)

    def _is_here(self, line: Line) -> bool:
        if self.place.stage and self.drawing is not None and self.place.stage <= len(self.drawing.stages):
            return bool(line) and line[0].stage == self.place.stage
        named = line[0].text.strip() if line else ""
        return named == ("stem" if self.place.stage == 0 else "head")

    def _row(self, line: Line, width: int) -> Row:
        here = self._is_here(line)
        made: list[Segment] = [("▌" if here else " ", "accent" if self.has_focus else "rule")]
        for segment in line:
            live = here and self.place.block and segment.block == self.place.block
            text = segment.text.replace("█", "▓") if live else segment.text  # tells it apart without colours too
            made.append((text, "accent" if live else ROLES.get(segment.role, "text")))
        row = filled(made, width)
        if not here:
            return row
        return over(row, self.chosen if not self.place.block else "chosen-away")
