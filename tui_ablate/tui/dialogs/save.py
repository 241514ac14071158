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
from ..widgets.lines import Lines, Paragraph
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
            yield Paragraph(id="answer")
            yield Lines(id="foot")

    def on_mount(self) -> None:
        self.query_one("#title", Lines).show([((" Save as a preset of your own", "strong"),)])
        foot = ((" enter", "key"), (" save   ", "dim"), ("esc", "key"), (" back", "dim"))
        self.query_one("#foot", Lines).show([foot])
        for lines in self.query(Lines):
            lines.can_focus = False
        self._say(self._promise(), "faint")

    def _promise(self) -> str:
        """What becomes of the comments of the file the draft came from."""
        from ...spec.save import has_comments

        origin = self._draft.origin
        if origin.lost:
            return f"The file of {origin.name} {origin.lost}: its comments are not kept."
        if origin.path is None or not has_comments(origin.path):
            return ""
        if self._kept(origin.path):
            return f"The comments of {origin.name} are kept."
        return f"The comments of {origin.name} cannot be kept beside these changes."

    def _kept(self, base: Path) -> bool:
        from ...spec import own_folder
        from ...spec.save import keeps_comments

        return keeps_comments(own_folder() / f"{self._name}.yaml", self._draft.experiment, base)

    def _say(self, text: str, role: str) -> None:
        self.query_one("#answer", Paragraph).say(*[(clean(text, 300), role)] * bool(text))

    @on(Input.Submitted, "#name")
    def _submitted(self, message: Input.Submitted) -> None:
        from ...spec import SpecError, own_folder
        from ...spec.places import check_name
        from ...spec.save import has_comments

        name = message.value.strip().removesuffix(".yaml").removesuffix(".yml")
        try:
            check_name(name)
        except SpecError as error:
            problem = error.problems[0]
            found = f"The name{rest}" if (rest := problem.found.removeprefix("the name")) != problem.found else rest
            self._say(f"{found}; {problem.right}.", "bad")
            return
        path = own_folder() / f"{name}.yaml"
        base = self._draft.origin.path
        taken = path.exists()
        questions = [f"There is a preset {clean(name)} of yours already."] if taken else []
        if base is not None and not self._draft.origin.lost and has_comments(base) and not self._kept(base):
            questions.append(f"The comments of {clean(self._draft.origin.name)} cannot be kept; save without them?")
        elif questions:
            questions.append("Overwrite it?")
        if questions:
            ask = Confirm(" ".join(questions), "overwrite" if taken else "save without", "go back")
            self.app.push_screen(ask, lambda yes: self._write(path, replace=taken) if yes else None)
        else:
            self._write(path, replace=False)

    @work(thread=True, exclusive=True, exit_on_error=False, group="save")
    def _write(self, path: Path, *, replace: bool) -> None:
        from ...spec import SpecError, load, save_preset
        from ..network import sentence

        origin = self._draft.origin
        try:
            save_preset(path, self._draft.experiment, base=None if origin.lost else origin.path, replace=replace)
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
