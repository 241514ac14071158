"""Saving the draft as a preset of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets._input import Input

from ..draft import Draft, Origin
from ..figures import clean
from ..widgets.lines import Lines
from .confirm import Confirm
from .fields import Field


class Save(ModalScreen[Origin | None]):
    """Asks for a name, and before it overwrites; closes with what the draft is from then on."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "back", id="save.back")]

    class Saved(Message):
        """It is on disk, or (``trouble``) it could not be written."""

        def __init__(self, origin: Origin | None, trouble: str = "") -> None:
            super().__init__()
            self.origin, self.trouble = origin, trouble

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._draft = draft
        origin = draft.origin
        self._name = origin.name if origin.own else f"my-{origin.name}"

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Lines(id="title")
            yield Field("name", "name", self._name)
            yield Lines(id="answer")
            yield Lines(id="foot")

    def on_mount(self) -> None:
        base = clean(self._draft.origin.name)
        self.query_one("#title", Lines).show([((" Save as a preset of your own", "strong"),)])
        foot = (("enter", "key"), (" save   ", "dim"), ("esc", "key"), (" back", "dim"))
        self.query_one("#foot", Lines).show([((" ", "dim"), *foot)])
        self._say(f"The comments of {base} are kept.", "faint")
        for lines in self.query(Lines):
            lines.can_focus = False

    def _say(self, text: str, role: str) -> None:
        self.query_one("#answer", Lines).show([((f" {clean(text, 300)}", role),)])

    @on(Input.Submitted, "#name")
    def _submitted(self, message: Input.Submitted) -> None:
        from ...spec import SpecError, own_folder
        from ...spec.places import check_name

        name = message.value.strip()
        try:
            check_name(name)
        except SpecError as error:
            self._say(f"{error.problems[0].found}; {error.problems[0].right}.".capitalize(), "bad")
            return
        path = own_folder() / f"{name}.yaml"
        if path.exists():
            question = f"There is a preset {clean(name)} of yours already. Overwrite it?"
            self.app.push_screen(
                Confirm(question, "overwrite"), lambda yes: self._write(path, replace=True) if yes else None
            )
        else:
            self._write(path, replace=False)

    @work(thread=True, exclusive=True, exit_on_error=False, group="save")
    def _write(self, path: Path, *, replace: bool) -> None:
        from ...spec import SpecError, load, save_preset
        from ..network import sentence

        origin = self._draft.origin
        try:
            save_preset(path, self._draft.experiment, base=origin.path, replace=replace)
            message = self.Saved(Origin(path.stem, path, True, load(path)))
        except SpecError as error:
            message = self.Saved(None, sentence(error))
        except OSError as error:
            message = self.Saved(None, f"{path} cannot be written: {error.strerror or error}.")
        self.post_message(message)

    @on(Saved)
    def _saved(self, message: Saved) -> None:
        if message.origin is None:
            self._say(message.trouble, "bad")
        else:
            self.dismiss(message.origin)
