"""A question with yes and no."""

from __future__ import annotations

import textwrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from ..figures import clean
from ..widgets.lines import Lines

WIDTH = 56


class Confirm(ModalScreen[bool]):
    """Asks before something is lost: ``y`` does it, everything else leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes", id="confirm.yes"),
        Binding("n,escape,enter,q", "answer(False)", "no", id="confirm.no"),
    ]

    def __init__(self, question: str, yes: str) -> None:
        super().__init__()
        self._question, self._yes = clean(question, 500), clean(yes)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Lines(id="question")

    def on_mount(self) -> None:
        rows = [((line, "text"),) for line in textwrap.wrap(self._question, WIDTH - 4)]
        keys = (("y", "key"), (f" {self._yes}     ", "dim"), ("n", "key"), (" leave it as it is", "dim"))
        self.query_one(".dialog").styles.height = len(rows) + 6
        self.query_one("#question", Lines).show([*rows, (), keys])

    def action_answer(self, answer: bool) -> None:
        """Close with the answer."""
        self.dismiss(answer)
