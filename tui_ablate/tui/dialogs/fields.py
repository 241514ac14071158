"""What dialogs are made of: a labelled line to type in, and a row of choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Click
from textual.message import Message
from textual.widgets._input import Input

from ..figures import clean
from ..widgets.lines import Lines, Row


class Field(Horizontal):
    """A label with an input beside it."""

    def __init__(self, label: str, id: str, value: str, *, whole: bool = False, hint: str = "") -> None:
        super().__init__(classes="field")
        self._says, self._input, self._value, self._whole, self._hint = label, id, value, whole, hint

    def compose(self) -> ComposeResult:
        label = Lines(classes="label")
        label.can_focus = False
        label.show([((f"{self._says:>8} ", "dim"),)])
        yield label
        kind = "integer" if self._whole else "text"
        yield Input(self._value, id=self._input, type=kind, compact=True, placeholder=self._hint, select_on_focus=False)


class Choice(Lines, can_focus=True):
    """One of a few words; left and right change it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "turn(-1)", "the one before"),
        Binding("right,l,space", "turn(1)", "the one behind"),
    ]

    class Changed(Message):
        """Another word is chosen."""

    def __init__(self, words: Sequence[str], *, id: str) -> None:
        super().__init__(id=id)
        self.words = tuple(clean(word, 40) for word in words)
        self.index = 0

    @property
    def word(self) -> str:
        """The word that is chosen."""
        return self.words[self.index]

    def offer(self, words: Sequence[str]) -> None:
        """Offer other words, the chosen one staying where it can."""
        was = self.word
        self.words = tuple(clean(word, 40) for word in words)
        self.index = self.words.index(was) if was in self.words else 0
        self.draw()

    def action_turn(self, by: int) -> None:
        """Choose the next word."""
        self.index = (self.index + by) % len(self.words)
        self.draw()
        self.post_message(self.Changed())

    def on_mount(self) -> None:
        self.draw()

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self.draw()

    def on_click(self, event: Click) -> None:
        column = 0
        for index, word in enumerate(self.words):
            column += len(word) + 2
            if event.x < column:
                self.index = index
                self.draw()
                self.post_message(self.Changed())
                return

    def draw(self) -> None:
        """Make the line anew."""
        row: Row = ()
        for index, word in enumerate(self.words):
            here = index == self.index
            row = (*row, (f" {word} ", f"strong {'chosen' if self.has_focus else 'chosen-away'}" if here else "dim"))
        self.show([row])
