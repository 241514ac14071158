"""What to train: the draft and its twin over several seeds, or the study the app was opened on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets._input import Input

from ..draft import Draft
from ..figures import clean, cut
from ..widgets.lines import Lines, Paragraph
from .confirm import Confirm
from .cost import cost, measured_speed
from .fields import Choice, Field

if TYPE_CHECKING:
    from ...spec import Study
    from ..network import Network

SEEDS = 3
ANY = "any free"
MANY = 100
"""More runs than that are queued only after asking."""


class Train(ModalScreen[str | None]):
    """Asks for name, seeds, epochs and device, says what it costs, and queues it; closes with what to watch."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "back", id="train.back"),
        Binding("enter", "start", "start", id="train.start"),
        Binding("down", "app.focus_next", "next", id="train.next"),
        Binding("up", "app.focus_previous", "previous", id="train.previous"),
    ]

    class Devices(Message):
        """The devices of this machine."""

        def __init__(self, names: list[str]) -> None:
            super().__init__()
            self.names = names

    class Queued(Message):
        """The runs are queued (``watch``: the study's or first run's id), or (``trouble``) are not."""

        def __init__(self, watch: str, trouble: str = "") -> None:
            super().__init__()
            self.watch, self.trouble = watch, trouble

    def __init__(self, draft: Draft, ready: Study | None, network: Network) -> None:
        from ..twin import pair

        super().__init__()
        self._draft, self._ready, self._network = draft, ready, network
        self._starting = False
        asked = pair(draft)
        self._variants: tuple[str, ...]
        if ready is not None:
            self._variants = tuple(ready.variants)
        else:
            self._variants = (asked.baseline, asked.variant) if asked.other is not None else (asked.baseline,)

    def compose(self) -> ComposeResult:
        draft, ready = self._draft, self._ready
        name = draft.origin.name + ("-residual" if len(self._variants) > 1 else "")
        seeds = len(ready.seeds) if ready else SEEDS
        with Vertical(classes="dialog", id="train"):
            yield Lines(id="title")
            yield Field("name", "name", ready.name if ready else name)
            yield Field("seeds", "seeds", str(seeds), whole=True)
            yield Field("epochs", "epochs", str(draft.experiment.training.epochs), whole=True)
            with Horizontal(classes="field"):
                yield Lines(classes="label", id="device-label")
                yield Choice([ANY, "cpu"], id="device")
            yield Paragraph(id="cost")
            yield Paragraph(id="answer")
            yield Lines(id="foot")

    def on_mount(self) -> None:
        versus = clean(" against ".join(self._variants[:2]), 50)
        if len(self._variants) > 2:
            versus = f"{len(self._variants)} variants"
        title = cut(versus, min(64, self.app.size.width) - 12)
        self.query_one("#title", Lines).show([((" Train ", "strong"), (title, "text"))])
        self.query_one("#device-label", Lines).show([(("  device ", "dim"),)])
        keys = ((" enter", "key"), (" start   ", "dim"), ("tab", "key"), (" next   ", "dim"), ("esc", "key"))
        self.query_one("#foot", Lines).show([(*keys, (" back", "dim"))])
        for lines in self.query(Lines):
            lines.can_focus = isinstance(lines, Choice)
        self.query_one("#seeds").focus()
        self._show_cost()
        self._find_devices()

    @work(thread=True, exclusive=True, exit_on_error=False, group="devices")
    def _find_devices(self) -> None:
        from ...runs import devices

        self.post_message(self.Devices([device.name for device in devices()]))

    @on(Devices)
    def _found_devices(self, message: Devices) -> None:
        self.query_one(Choice).offer([ANY, *sorted(message.names, key=lambda name: name != "cpu")])

    @on(Input.Changed)
    def _show_cost(self) -> None:
        try:
            seeds, epochs = self._count("seeds"), self._count("epochs")
        except ValueError:
            self.query_one("#cost", Paragraph).say()
            return
        self.query_one("#cost", Paragraph).say(*((line, "dim") for line in self._cost(seeds, epochs)))
        self._say("")

    def _cost(self, seeds: int, epochs: int) -> list[str]:
        speed = measured_speed(self.app.snapshot, self._draft.experiment.name)
        return cost(self._network, len(self._variants) * seeds, epochs, speed)

    def _count(self, field: str) -> int:
        """The whole number in a field. Raises ValueError with what to do."""
        text = self.query_one(f"#{field}", Input).value.strip()
        if not text.isdecimal() or not 1 <= int(text) <= 1000:
            raise ValueError(f"{field.capitalize()} must be a whole number from 1 to 1000.")
        return int(text)

    def _say(self, text: str) -> None:
        self.query_one("#answer", Paragraph).say(*[(clean(text, 300), "bad")] * bool(text))

    @on(Input.Submitted)
    def action_start(self) -> None:
        """Queue what the fields say."""
        from ...spec import SpecError
        from ...spec.places import check_name
        from ..network import sentence

        if self._starting:
            return
        try:
            name = self.query_one("#name", Input).value.strip()
            check_name(name)
            seeds, epochs = self._count("seeds"), self._count("epochs")
            study = self._study(name, seeds, epochs)
        except SpecError as error:
            self._say(sentence(error))
            return
        except ValueError as error:
            self._say(str(error))
            return
        self._starting = True
        if len(self._variants) * seeds > MANY:
            question = f"{'. '.join(self._cost(seeds, epochs)).rstrip('.')}. Queue them all?"
            self.app.push_screen(Confirm(question, "queue them", "go back"), lambda yes: self._answered(yes, study))
        else:
            self._answered(True, study)

    def _answered(self, yes: bool | None, study: Study) -> None:
        self._starting = bool(yes)
        if yes:
            word = self.query_one(Choice).word
            self._queue(study, None if word == ANY else word)

    def _study(self, name: str, seeds: int, epochs: int) -> Study:
        import msgspec

        from ...spec import edit
        from ..twin import study

        if self._ready is None:
            return study(self._draft, name, tuple(range(seeds)), epochs)
        ready = self._ready
        variants = {label: edit(each, "training.epochs", epochs) for label, each in ready.variants.items()}
        chosen = ready.seeds if len(ready.seeds) == seeds else tuple(range(seeds))
        return msgspec.structs.replace(ready, name=name, seeds=chosen, variants=variants)

    @work(thread=True, exclusive=True, exit_on_error=False, group="queue")
    def _queue(self, study: Study, device: str | None) -> None:
        from ... import runs

        try:
            home = runs.Home(self.app.home)
            if len(study.variants) > 1:
                watch = runs.submit_study(home, study, device=device)
            else:
                (experiment,) = study.variants.values()
                watch = runs.submit(home, experiment, study.seeds, device=device)[0]
            runs.ensure_supervisor(home)
            message = self.Queued(watch)
        except (runs.RunsError, OSError) as error:
            message = self.Queued("", clean(error, 300))
        self.post_message(message)

    @on(Queued)
    def _queued(self, message: Queued) -> None:
        self._starting = False
        if message.trouble:
            self._say(message.trouble)
        else:
            self.dismiss(message.watch)
