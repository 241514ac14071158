"""A pane with a row under the cursor that the arrow keys move."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click
from textual.message import Message

from ..bindings import bindings
from .lines import Lines


class Pane(Lines, can_focus=True):
    """Lines with a cursor. Subclasses say what the verbs of moving mean in them."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("pane"))

    class Opened(Message):
        """The row under the cursor was opened."""

        def __init__(self, pane: Pane) -> None:
            super().__init__()
            self.pane = pane

        @property
        def control(self) -> Pane:
            return self.pane

    def action_move(self, by: int) -> None:
        """Move by rows; a pane without a cursor scrolls."""
        self.scroll_relative(y=by, animate=False)

    def action_turn(self, by: int) -> None:
        """Move along a row; nothing in a pane without."""

    def action_jump(self, to: int) -> None:
        """To the first or the last row."""
        self.action_move(-len(self.rows) if to < 0 else len(self.rows))

    def action_page(self, by: int) -> None:
        """Move by what is in view."""
        self.action_move(by * max(1, self.size.height - 1))

    def action_open(self) -> None:
        """Open what is under the cursor."""
        self.post_message(self.Opened(self))

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self.draw()

    def on_resize(self) -> None:
        self.draw()

    def on_click(self, event: Click) -> None:
        """The mouse puts the cursor where it points; a second click opens."""
        offset = event.get_content_offset(self)
        if offset is not None:
            self.point(offset.x, offset.y + int(self.scroll_offset.y))
            if event.chain > 1:
                self.action_open()

    def point(self, column: int, row: int) -> None:
        """Put the cursor at ``column``, ``row`` of all lines."""

    def draw(self) -> None:
        """Make the rows anew from what the pane knows."""

    @property
    def chosen(self) -> str:
        """The role of the row under the cursor: bright where the pane has the focus."""
        return "chosen" if self.has_focus else "chosen-away"
