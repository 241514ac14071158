"""A question with yes and no."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from ..figures import clean
from ..widgets.lines import Lines, Paragraph


class Confirm(ModalScreen[bool]):
    """Asks before something is lost or costs much: ``y`` does it, everything else leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes", id="confirm.yes"),
        Binding("n,escape,enter,q", "answer(False)", "no", id="confirm.no"),
    ]

    def __init__(self, question: str, yes: str, no: str = "leave it as it is") -> None:
        super().__init__()
        self._question, self._yes, self._no = clean(question, 500), clean(yes), clean(no)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Paragraph(id="question")
            yield Lines(id="foot")

    def on_mount(self) -> None:
        self.query_one("#question", Paragraph).say((self._question, "text"))
        keys = ((" y", "key"), (f" {self._yes}   ", "dim"), ("n", "key"), (f" {self._no}", "dim"))
        foot = self.query_one("#foot", Lines)
        foot.can_focus = False
        foot.show([keys])

    def action_answer(self, answer: bool) -> None:
        """Close with the answer."""
        self.dismiss(answer)
