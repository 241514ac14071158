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

from ...places import presets
from ..bindings import bindings, footer
from ..figures import clean, count, cut
from ..widgets.bars import KeyBar, Status, TopBar, running
from ..widgets.layers import Layers
from ..widgets.lines import Lines, Segment, width_of
from ..widgets.panes import Pane
from ..widgets.presets import Presets
from ..widgets.stack import Stack
from ..widgets.totals import Totals
from .building import Building

if TYPE_CHECKING:
    from ...spec import PresetEntry
    from ..draft import Draft
    from ..opening import Opening
    from ..snapshot import Snapshot


NARROW = 100
"""Columns below which the list of presets has no room beside the stack."""
SLIM = 70
"""Columns below which the totals have no room beside the stack."""
LOW = 16
"""Rows below which the layers have no room below it."""
NAME = 16
"""Columns that the name keeps before what is said at its right gives way."""


class Build(Building, Screen[None]):
    """Presets, the stack, its totals and layers. What keys do to the network is in ``Building``."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("build"))
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]]] = [(0, "-narrow"), (NARROW, "-normal")]
    VERTICAL_BREAKPOINTS: ClassVar[list[tuple[int, str]]] = [(0, "-low"), (LOW, "-high")]
    AUTO_FOCUS = ""  # keep_focus gives it, once the size is known

    class Listed(Message):
        """The presets on disk."""

        def __init__(self, entries: list[PresetEntry]) -> None:
            super().__init__()
            self.entries = entries

    class Read(Message):
        """A preset of the list was read, or (``trouble``) could not be."""

        def __init__(self, opening: Opening | None, trouble: str = "") -> None:
            super().__init__()
            self.opening, self.trouble = opening, trouble

    class Started(Message):
        """What the app was left with, or was asked to open, was read."""

        def __init__(self, opening: Opening) -> None:
            super().__init__()
            self.opening = opening

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
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#library-title", Lines).show([((" presets", "dim"),)])
        self.query_one("#filter", Input).display = False
        for pane in ("#heading", "#library-title"):
            self.query_one(pane).can_focus = False
        self.versus = self.app.memory.against
        self.query_one(TopBar).draw()
        self.show_keys()
        self._list(presets())  # at once: names of files only, and what a person looks for first
        self.call_after_refresh(self.read_start)

    # reading, off the screen's thread

    @work(thread=True, exclusive=True, exit_on_error=False, group="list")
    def list_presets(self) -> None:
        """List the presets on disk again."""
        self.post_message(self.Listed(presets()))

    @work(thread=True, exit_on_error=False, group="start")
    def read_start(self) -> None:
        """Read what the app was left with, or was asked to open."""
        from ..memory import unwritable
        from ..network import network  # noqa: F401 - it brings numpy, which the screen's thread must not wait for
        from ..opening import open_remembered

        opening = open_remembered(self.app.memory, self.app.open_on)
        trouble = " ".join(filter(None, (unwritable(self.app.home), opening.trouble)))
        self.post_message(self.Started(replace(opening, trouble=trouble)))

    @work(thread=True, exclusive=True, exit_on_error=False, group="open")
    def read_entry(self, entry: PresetEntry) -> None:
        """Read the preset of ``entry``."""
        from ...spec import SpecError
        from ..network import sentence
        from ..opening import open_entry

        try:
            message = self.Read(open_entry(entry, self.place))
        except (SpecError, OSError) as error:
            message = self.Read(None, f"{entry.name}: {sentence(error)}")
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    @on(Listed)
    def _listed(self, message: Listed) -> None:
        self._list(message.entries)

    def _list(self, entries: list[PresetEntry]) -> None:
        self.entries = entries
        self.query_one(Presets).fill(entries)

    @on(Started)
    def _was_started(self, message: Started) -> None:
        opening = message.opening
        self.begun = True
        self.app.look()
        self.study = opening.study
        if self.bench.now is None:
            self.bench.past = list(opening.past)
            self.take(opening.draft, opening.says)
        else:  # somebody was quicker and has opened a preset of the list
            self.bench.past[:0] = [*opening.past, opening.draft]
        if opening.trouble:
            self.say(f"{opening.trouble} {opening.says}", "bad")

    @on(Read)
    def _was_read(self, message: Read) -> None:
        if message.opening is not None:
            self.take(message.opening.draft, follow=False)
        else:
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
            self._open_chosen()
            self.close_filter()
            self.remove_class("-listing")
            self.query_one(Stack).focus()

    @on(Input.Changed, "#filter")
    def _filtering(self, message: Input.Changed) -> None:
        self.query_one(Presets).filter(message.value)

    @on(Input.Submitted, "#filter")
    def _filtered(self) -> None:
        self.query_one(Presets).focus()
        self._open_chosen()

    def _open_chosen(self) -> None:
        entry = self.query_one(Presets).entry
        if entry is not None and self.bench.now is not None and entry.name != self.bench.now.origin.name:
            self.read_entry(entry)

    def action_presets(self) -> None:
        """Open the list of presets and go there."""
        self.add_class("-listing")
        self.query_one(Presets).focus()

    def action_filter(self) -> None:
        """Open the filter."""
        self.action_presets()
        field = self.query_one("#filter", Input)
        field.display = True
        field.focus()

    def action_back(self) -> None:
        """Leave one layer: the filter, the list, the block."""
        field, stack, presets = self.query_one("#filter", Input), self.query_one(Stack), self.query_one(Presets)
        if field.display and (field.has_focus or presets.has_focus):
            self.close_filter()
            presets.focus()
        elif self.narrow and self.has_class("-listing"):
            self.remove_class("-listing")
            stack.focus()
        elif not (stack.has_focus and stack.leave()) and not self.narrow:
            presets.focus()

    def close_filter(self) -> None:
        """Show all presets again."""
        field = self.query_one("#filter", Input)
        field.value = ""
        field.display = False

    @property
    def narrow(self) -> bool:
        """Whether the list of presets stands in for the stack rather than beside it."""
        return self.size.width < NARROW

    def on_resize(self) -> None:
        self.set_class(self.size.width < SLIM, "-slim")
        self.show_heading()
        self.call_after_refresh(self.keep_focus)

    def keep_focus(self) -> None:
        """Where what had the focus is hidden now, it goes to a pane that is in view."""
        if not self.narrow:
            self.remove_class("-listing")
        listing = self.narrow and self.has_class("-listing")
        hidden = {
            "presets": self.narrow and not listing,
            "filter": self.narrow and not listing,
            "stack": listing,
            "totals": self.size.width < SLIM,
            "layers": listing or self.size.height < LOW,
            None: True,
        }
        if hidden.get(self.focused.id if self.focused else None):
            self.query_one(Stack if self.narrow and not listing else Presets).focus()
        self.show_keys()

    def on_descendant_focus(self) -> None:
        self.show_keys()

    def show_keys(self) -> None:
        """At the foot the keys that work where the focus is."""
        listing = self.narrow and self.has_class("-listing")
        place = "filter" if isinstance(self.focused, Input) else "presets" if listing else "build"
        keys = footer(place)
        self.query_one(KeyBar).offer(keys[-1:] if self.has_class("-low") else keys)

    # showing

    def say(self, text: str, role: str = "dim") -> None:
        """Answer in the status line."""
        self.query_one(Status).say(clean(text, 300), role)

    def show_draft(self, *, follow: bool = True) -> None:
        """Show the draft on the bench in every pane; with ``follow`` the cursor of the presets goes to its own."""
        draft = self.bench.now
        if draft is None:
            return
        stack = self.query_one(Stack)
        stack.fill(self.network.drawing if self.network else None, draft.place)
        if stack.place != draft.place:
            self.bench.now = replace(draft, place=stack.place)
        self.query_one(Totals).fill(self.network, draft.origin.name)
        self.query_one(Layers).fill(self.network, stack.place)
        self.query_one(Presets).mark(draft.origin.name, move=follow)
        self.show_heading()

    def show_heading(self) -> None:
        """The line that names the draft and its images."""
        draft = self.bench.now
        if draft is None:
            return
        unsaved: list[Segment] = [(" ● unsaved", "accent")] if draft.unsaved else []
        says = self._says(draft)
        room = self.size.width - width_of(unsaved) - 1
        while says and width_of(says) + 2 + min(NAME, len(draft.origin.name)) > room:
            says.pop()
        name = cut(f" {clean(draft.origin.name)}", room - width_of(says) - 2 * bool(says))
        gap = room + 1 - len(name) - width_of(says)
        self.query_one("#heading", Lines).show([((name, "strong"), *unsaved, (" " * gap, "text"), *says)])

    def _says(self, draft: Draft) -> list[Segment]:
        """What the study would start, and the images; where totals have no room, the most important of them."""
        says: list[Segment] = []
        if self.ready is not None and not self.has_class("-slim"):
            runs = len(self.ready.variants) * len(self.ready.seeds)
            says.append((f"t starts {cut(clean(self.ready.name), 24)}: {count(runs, 'run')} ", "accent"))
        if self.network is not None and self.has_class("-slim"):
            from ...graph import numbers

            totals = self.network.graph.totals
            says.append((f"{numbers.human(totals.params)} · {numbers.human(totals.macs)} MACs ", "dim"))
        elif self.network is not None:
            size = "×".join(map(str, self.network.enters.shape))
            data = clean(draft.experiment.data.name, 30)
            says.append((f"  {data} {size} · {count(self.network.enters.classes, 'class', 'classes')} ", "dim"))
        return says

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Say at the head what is running."""
        self.query_one(TopBar).fill(running(snapshot))
