"""Build: choose a preset, see the network, change it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets._input import Input
from textual.worker import get_current_worker

from ..bindings import bindings
from ..figures import clean, count
from ..widgets.bars import KeyBar, Status, TopBar, running
from ..widgets.layers import Layers
from ..widgets.lines import Lines, Segment, width_of
from ..widgets.panes import Pane
from ..widgets.presets import Presets
from ..widgets.stack import Stack
from ..widgets.totals import Totals
from .building import Building

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...spec import PresetEntry
    from ..opening import Opening
    from ..snapshot import Snapshot


class Build(Building, Screen[None]):
    """Presets, the stack, its totals and layers. What keys do to the network is in ``Building``."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("build"))
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]]] = [(0, "-narrow"), (100, "-normal"), (150, "-wide")]
    AUTO_FOCUS = "#presets"

    class Listed(Message):
        """The presets on disk."""

        def __init__(self, entries: list[PresetEntry]) -> None:
            super().__init__()
            self.entries = entries

    class Read(Message):
        """A preset was read, or (``trouble``) could not be."""

        def __init__(self, opening: Opening | None, trouble: str = "") -> None:
            super().__init__()
            self.opening, self.trouble = opening, trouble

    def compose(self) -> ComposeResult:
        yield TopBar("build")
        yield Lines(id="heading")
        with Horizontal(id="desk"):
            with Vertical(id="library"):
                yield Lines(id="library-title")
                yield Input(id="filter", placeholder="filter", compact=True, select_on_focus=False)
                yield Presets(id="presets")
            with Vertical(id="bench"):
                with Horizontal(id="upper"):
                    yield Stack(id="stack")
                    yield Totals(id="totals")
                yield Layers(id="layers")
        yield Status()
        yield KeyBar("build")

    def on_mount(self) -> None:
        self.query_one("#library-title", Lines).show([((" presets", "dim"),)])
        self.query_one("#filter", Input).display = False
        for pane in ("#heading", "#library-title"):
            self.query_one(pane).can_focus = False
        self.versus = self.app.memory.against
        self.query_one(TopBar).draw()
        self.query_one(KeyBar).draw()
        self.call_after_refresh(self.begin)

    def begin(self) -> None:
        """What waits until the first picture is on the screen."""
        self.list_presets()
        self.read_start()

    # reading, off the screen's thread

    @work(thread=True, exclusive=True, exit_on_error=False, group="list")
    def list_presets(self) -> None:
        """List the presets on disk."""
        from ...spec import presets

        self.post_message(self.Listed(presets()))

    @work(thread=True, exclusive=True, exit_on_error=False, group="open")
    def read_start(self) -> None:
        """Read what the app was left with, or was asked to open."""
        from ..opening import FIRST, open_remembered, open_source

        def start() -> Opening:
            return open_remembered(self.app.memory, self.app.open_on)

        self._read(start, lambda: open_source(FIRST))

    @work(thread=True, exclusive=True, exit_on_error=False, group="open")
    def read_entry(self, entry: PresetEntry) -> None:
        """Read the preset of ``entry``."""
        from ..opening import open_entry

        self._read(lambda: open_entry(entry, self.place))

    def _read(self, opening: Callable[[], Opening], instead: Callable[[], Opening] | None = None) -> None:
        from ...spec import SpecError
        from ..network import sentence

        try:
            message = self.Read(opening())
        except (SpecError, OSError) as error:
            message = self.Read(instead() if instead else None, sentence(error))
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    @on(Listed)
    def _listed(self, message: Listed) -> None:
        self.entries = message.entries
        self.query_one(Presets).fill(message.entries)

    @on(Read)
    def _was_read(self, message: Read) -> None:
        if message.opening is not None:
            self.study = message.opening.study or self.study
            self.take(message.opening.draft, message.opening.says)
        if message.trouble:
            self.say(message.trouble, "bad")

    # moving between the panes

    @on(Presets.Moved)
    def _preset_moved(self, message: Presets.Moved) -> None:
        self.read_entry(message.entry)

    @on(Stack.Moved)
    def _stack_moved(self, message: Stack.Moved) -> None:
        self.bench.move(message.place)
        self.query_one(Layers).fill(self.network, message.place)
        self.app.remember()

    @on(Pane.Opened)
    def _pane_opened(self, message: Pane.Opened) -> None:
        if isinstance(message.pane, Presets):
            entry = message.pane.entry
            if entry is not None and self.bench.now is not None and entry.name != self.bench.now.origin.name:
                self.read_entry(entry)
            self.close_library()
            self.query_one(Stack).focus()

    @on(Input.Changed, "#filter")
    def _filtering(self, message: Input.Changed) -> None:
        self.query_one(Presets).filter(message.value)

    @on(Input.Submitted, "#filter")
    def _filtered(self) -> None:
        self.query_one(Presets).focus()
        entry = self.query_one(Presets).entry
        if entry is not None and self.bench.now is not None and entry.name != self.bench.now.origin.name:
            self.read_entry(entry)

    def action_presets(self) -> None:
        """Open the list of presets and go there."""
        self.query_one("#library").add_class("-open")
        self.query_one(Presets).focus()

    def action_filter(self) -> None:
        """Open the filter."""
        self.action_presets()
        field = self.query_one("#filter", Input)
        field.display = True
        field.focus()

    def action_back(self) -> None:
        """Leave one layer: the filter, the list, the block."""
        field = self.query_one("#filter", Input)
        stack = self.query_one(Stack)
        if field.display:
            field.value = ""
            field.display = False
            self.query_one(Presets).focus()
        elif self.query_one("#library").has_class("-open") and self.has_class("-narrow"):
            self.close_library()
            stack.focus()
        elif stack.has_focus and stack.leave():
            pass
        elif not self.query_one(Presets).has_focus and not self.has_class("-narrow"):
            self.query_one(Presets).focus()

    def close_library(self) -> None:
        """Close the list where it lies over the stack."""
        self.query_one("#library").remove_class("-open")

    # showing

    def say(self, text: str, role: str = "dim") -> None:
        """Answer in the status line."""
        self.query_one(Status).say(clean(text, 300), role)

    def show_draft(self) -> None:
        """Show the draft on the bench in every pane."""
        draft = self.bench.now
        if draft is None:
            return
        stack = self.query_one(Stack)
        stack.fill(self.network.drawing if self.network else None, draft.place)
        if stack.place != draft.place:
            self.bench.now = replace(draft, place=stack.place)
        self.query_one(Totals).fill(self.network, draft.origin.name)
        self.query_one(Layers).fill(self.network, stack.place)
        self.query_one(Presets).mark(draft.origin.name, move=not self.query_one(Presets).has_focus)
        self.show_heading()

    def show_heading(self) -> None:
        """The line that names the draft and its images."""
        draft = self.bench.now
        heading = self.query_one("#heading", Lines)
        if draft is None:
            return
        name: list[Segment] = [(f" {clean(draft.origin.name)}", "strong")]
        if draft.unsaved:
            name.append((" ● unsaved", "accent"))
        says: list[Segment] = []
        if self.ready is not None:
            runs = len(self.ready.variants) * len(self.ready.seeds)
            says += [(f"t starts {clean(self.ready.name)}: {count(runs, 'run')}   ", "accent")]
        if self.network is not None:
            size = "×".join(map(str, self.network.enters.shape))
            data = clean(draft.experiment.data.name, 30)
            says += [(f"{data} {size} · {self.network.enters.classes} classes ", "dim")]
        gap = self.size.width - width_of(name) - width_of(says)
        heading.show([(*name, (" " * max(2, gap), "text"), *says)])

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Say at the head what is running."""
        self.query_one(TopBar).fill(running(snapshot))

    def on_resize(self) -> None:
        self.show_heading()
