"""All keys, made from the table of bindings."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from ..bindings import groups, written
from ..widgets.lines import Lines, Row, left, right

COLUMN = 56


class Help(ModalScreen[None]):
    """Every key with what it does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,f1", "app.pop_screen", "back", id="help.back"),
        Binding("down,j", "scroll(1)", "down", id="help.down"),
        Binding("up,k", "scroll(-1)", "up", id="help.up"),
        Binding("pagedown,space", "scroll(15)", "page down", id="help.page_down"),
        Binding("pageup", "scroll(-15)", "page up", id="help.page_up"),
    ]

    def compose(self) -> ComposeResult:
        with Vertical(id="sheet", classes="dialog"):
            yield Lines(id="keys")

    def on_mount(self) -> None:
        self.draw()

    def on_resize(self) -> None:
        self.draw()

    def action_scroll(self, by: int) -> None:
        """Scroll the list."""
        self.query_one("#keys", Lines).scroll_relative(y=by, animate=False)

    def draw(self) -> None:
        """Lay the groups out, in two columns where there is room."""
        blocks = [self._block(name) for name in groups()]
        two = self.app.size.width >= 2 * COLUMN + 6
        self.query_one("#sheet").styles.width = 2 * COLUMN + 4 if two else COLUMN + 4
        title: list[Row] = [((" Keys", "strong"), ("    esc closes", "faint")), ()]
        if not two:
            rows = [row for block in blocks for row in block]
        else:
            half = sum(map(len, blocks)) / 2
            columns: tuple[list[Row], list[Row]] = ([], [])
            for block in blocks:
                columns[len(columns[0]) >= half - len(block) / 2].extend(block)
            height = max(map(len, columns))
            empty: Row = ((" " * COLUMN, "text"),)
            both = [column + [empty] * (height - len(column)) for column in columns]
            rows = [(*a, *b) for a, b in zip(*both, strict=True)]
        self.query_one("#sheet").styles.height = min(len(rows) + 4, self.app.size.height - 2)
        self.query_one("#keys", Lines).show([*title, *rows])

    def _block(self, name: str) -> list[Row]:
        rows: list[Row] = [(left(f" {name}", COLUMN, "title"),)]
        for key in groups()[name]:
            if key.tooltip:
                rows.append((right(written(key.keys), 10, "key"), left(f"  {key.tooltip}", COLUMN - 10, "text")))
        return [*rows, ((" " * COLUMN, "text"),)]
