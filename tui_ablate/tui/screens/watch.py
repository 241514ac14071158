"""Watch: the curves of a study's runs, live, and a table of them."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen

from ...charts import legend
from ..bindings import bindings, footer
from ..curves import accuracy, loss, named
from ..figures import about, clean, count, cut
from ..snapshot import Group, Snapshot
from ..widgets.bars import KeyBar, Status, TopBar, running
from ..widgets.chart import Chart
from ..widgets.groups import Groups
from ..widgets.lines import Lines, Row, Segment, width_of
from ..widgets.panes import Pane
from ..widgets.runs import FAILED, Runs


class Watch(Screen[None]):
    """Charts above, runs beneath, the studies to pick from at the side."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings("watch"))
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]]] = [(0, "-narrow"), (100, "-normal"), (150, "-wide")]
    AUTO_FOCUS = "#runs"

    class Asked(Message):
        """Runs were asked to stop, to rest or to go on."""

        def __init__(self, said: str, trouble: bool = False) -> None:
            super().__init__()
            self.said, self.trouble = said, trouble

    def compose(self) -> ComposeResult:
        yield TopBar("watch")
        yield Lines(id="heading")
        with Horizontal(id="desk"):
            with Vertical(id="library"):
                yield Lines(id="library-title")
                yield Groups(id="groups")
            with Vertical(id="view"):
                yield Lines(id="legend")
                with Horizontal(id="charts"):
                    yield Chart(id="loss")
                    yield Chart(id="accuracy")
                yield Runs(id="runs")
                yield Lines(id="detail")
            yield Lines(id="nothing")
        yield Status()
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#library-title", Lines).show([((" studies and runs", "dim"),)])
        for pane in ("#heading", "#library-title", "#legend", "#detail", "#nothing"):
            self.query_one(pane).can_focus = False
        self.query_one("#nothing", Lines).show(NOTHING_YET)
        self.query_one(TopBar).draw()
        self.show_snapshot(self.app.snapshot or Snapshot())

    # showing

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Bring every pane up to date."""
        group = snapshot.group
        self.query_one(TopBar).fill(running(snapshot))
        hidden = self.has_class("-empty")
        self.set_class(group is None, "-empty")
        self.set_class(len(snapshot.groups) < 2, "-alone")
        self.query_one(Groups).fill(snapshot.groups, snapshot.watched)
        self.query_one(Runs).fill(group)
        if group is not None and self.app.watching is None:
            self.app.watching = group.id
        self.query_one("#loss", Chart).fill(*loss(snapshot, log=self.app.log_axis))
        self.query_one("#accuracy", Chart).fill(*accuracy(snapshot))
        self.show_heading(group)
        self.show_legend(group)
        if hidden:  # the view, which has its size after the next layout
            self.call_after_refresh(self.show_legend, group)
        self.show_detail()
        if snapshot.trouble:
            self.say(snapshot.trouble, "bad")

    def show_legend(self, group: Group | None) -> None:
        """One legend for both charts, which so begin on the same row, and no more rows for runs than there are."""
        view = self.query_one("#view").size
        lines = legend(named(group), max(20, view.width - 3), 2) if group is not None else ()
        pane = self.query_one("#legend", Lines)
        pane.styles.height = len(lines)
        pane.show([((" ", "text"), *((text, color or "dim") for text, color in line)) for line in lines])
        if group is not None:
            self.query_one(Runs).styles.height = min(len(group.runs) + 2, max(5, view.height * 2 // 5))

    def show_heading(self, group: Group | None) -> None:
        """The line that names the group and says how far it is."""
        row: list[Segment] = [(" Watch", "strong")]
        if group is not None:
            standing = f"   {_standing(group)}"
            says: list[Segment] = [("loss on a log axis ", "faint")] if self.app.log_axis else []
            room = self.size.width - width_of(says) - 2
            if len(standing) + NAME > room:
                standing = ""
            row = [(cut(f" {clean(group.name)}", room - len(standing)), "strong"), (standing, "dim")]
            row += [(" " * (room + 2 - width_of(row)), "text"), *says]
        self.query_one("#heading", Lines).show([tuple(row)])

    def show_detail(self) -> None:
        """One line about the run under the cursor."""
        run = self.query_one(Runs).run_under_cursor
        if run is None:
            self.query_one("#detail", Lines).show([])
            self.show_keys()
            return
        role = "bad" if run.state in FAILED else "dim"
        where = f" on {clean(run.device, 40)}" if run.device else ""
        said = clean(run.sentence or run.warning or "", 300)
        name = f" {run.id}{where}"
        row: Row = ((name, "faint"), (cut(f"   {said}", self.size.width - len(name) - 1), role))
        self.query_one("#detail", Lines).show([row])
        self.show_keys()

    def show_keys(self) -> None:
        """At the foot the keys that do something here now."""
        group = self.app.snapshot.group if self.app.snapshot else None
        run = self.query_one(Runs).run_under_cursor
        idle = {
            "watch.pause": run is None or run.over,
            "watch.cancel": run is None or run.over,
            "watch.cancel_all": group is None or group.done == len(group.runs),
            "watch.log": group is None,
            "watch.choose": self.has_class("-alone"),
        }
        rows = footer("groups" if self.query_one(Groups).has_focus else "watch")
        self.query_one(KeyBar).offer([[key for key in row if not idle.get(key.id)] for row in rows])

    def on_descendant_focus(self) -> None:
        self.show_keys()

    def say(self, text: str, role: str = "dim") -> None:
        """Answer in the status line."""
        self.query_one(Status).say(clean(text, 300), role)

    def on_resize(self) -> None:
        self.call_after_refresh(self.show_snapshot, self.app.snapshot or Snapshot())
        self.call_after_refresh(self.keep_focus)

    def keep_focus(self) -> None:
        """Where the list had the focus and is hidden now, it goes to the runs."""
        if not self.has_class("-narrow"):
            self.remove_class("-listing")
        if self.focused is None or not all(node.display for node in self.focused.ancestors_with_self):
            self.query_one(Runs).focus()

    # picking

    @on(Groups.Moved)
    def _group_moved(self, message: Groups.Moved) -> None:
        self.app.watching = message.group
        self.app.look()
        self.app.remember()

    @on(Runs.Moved)
    def _run_moved(self, message: Runs.Moved) -> None:
        message.stop()
        self.show_detail()

    @on(Pane.Opened)
    def _opened(self, message: Pane.Opened) -> None:
        if isinstance(message.pane, Groups):
            self.remove_class("-listing")
            self.query_one(Runs).focus()

    def action_groups(self) -> None:
        """Open the list and go there."""
        if self.has_class("-alone"):
            self.say("There are no other studies or runs yet.", "warn")
            return
        self.add_class("-listing")
        self.query_one(Groups).focus()

    async def action_back(self) -> None:
        """Leave the list, else the screen."""
        if self.query_one(Groups).has_focus:
            self.remove_class("-listing")
            self.query_one(Runs).focus()
        else:
            await self.app.action_screen("build")

    def action_log_axis(self) -> None:
        """Loss on a logarithmic or linear axis."""
        self.app.log_axis = not self.app.log_axis
        self.show_snapshot(self.app.snapshot or Snapshot())
        self.app.remember()

    # cancelling

    def action_cancel(self) -> None:
        """Cancel the run under the cursor, after asking."""
        run = self.query_one(Runs).run_under_cursor
        if run is None:
            self.say("There is no run to cancel.", "warn")
        elif run.over:
            self.say(f"This run has ended already: {run.state.replace('_', ' ')}.", "warn")
        else:
            name = f"{run.variant or run.name}, seed {run.seed}"
            self._ask(f"Cancel the run of {name}? What it has learned so far is lost.", [run.id])

    def action_cancel_all(self) -> None:
        """Cancel every open run on screen, after asking."""
        group = self.app.snapshot.group if self.app.snapshot else None
        ids = [run.id for run in group.runs if not run.over] if group else []
        if group is None or not ids:
            self.say("No run on this screen is open.", "warn")
        else:
            self._ask(f"Cancel {count(len(ids), 'open run')} of {group.name}? What they have learned is lost.", ids)

    def _ask(self, question: str, ids: list[str]) -> None:
        from ..dialogs.confirm import Confirm

        self.app.push_screen(Confirm(question, "cancel"), lambda yes: self._begin_cancel(ids) if yes else None)

    def _begin_cancel(self, ids: list[str]) -> None:
        self.say(f"Cancelling {count(len(ids), 'run')}…")
        self._request("cancel", ids)

    # resting

    def action_pause(self) -> None:
        """Let the run under the cursor rest, or go on."""
        run = self.query_one(Runs).run_under_cursor
        if run is None:
            self.say("There is no run to pause.", "warn")
        elif run.over:
            self.say(f"This run has ended already: {run.state.replace('_', ' ')}.", "warn")
        else:
            self._request("resume" if run.state in RESTING else "pause", [run.id])

    @work(thread=True, exit_on_error=False, group="request")
    def _request(self, verb: str, ids: list[str]) -> None:
        from ... import runs

        ask, said = {
            "cancel": (runs.cancel, "{} cancelled."),
            "pause": (runs.pause, "{} paused; its checkpoint is kept, space lets it go on."),
            "resume": (runs.resume, "{} goes on as soon as its device is free."),
        }[verb]
        try:
            home = runs.Home(self.app.home)
            done = sum(ask(home, run_id) for run_id in ids)
            runs.ensure_supervisor(home)
            message = self.Asked(said.format(count(done, "run")))
        except (runs.RunsError, OSError) as error:
            message = self.Asked(clean(error, 300), trouble=True)
        self.post_message(message)

    @on(Asked)
    def _asked(self, message: Asked) -> None:
        self.say(message.said, "bad" if message.trouble else "dim")
        self.app.look()


RESTING = ("paused", "pausing")
NAME = 16
"""Columns that the name keeps before what is said beside it gives way."""


def _standing(group: Group) -> str:
    total = len(group.runs)
    if group.done == total:
        return f"{count(total, 'run')}, all ended"
    said = f"{group.done} of {count(total, 'run')} done"
    return said + (f" · {about(group.seconds_left)} left" if group.seconds_left is not None else "")


NOTHING_YET: tuple[Row, ...] = (
    (),
    (("   No runs yet.", "strong"),),
    (),
    (
        ("   Press ", "dim"),
        ("1", "key"),
        (" to go to Build, choose a network, and ", "dim"),
        ("t", "key"),
        (" to train it", "dim"),
    ),
    (("   beside its twin without shortcuts. Their curves appear here.", "dim"),),
    (),
    (("   Without the app: ", "dim"), ("tui-ablate study digits-residual", "text")),
)
