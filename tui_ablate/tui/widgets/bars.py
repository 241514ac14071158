"""The line at the head of a screen and the one at its foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.events import Click

from ..bindings import ALWAYS, KEYS, Key
from ..figures import bar, cut, duration
from .lines import Lines, Row, Segment, width_of

if TYPE_CHECKING:
    from ..snapshot import Snapshot


class TopBar(Lines, can_focus=False):
    """Where you are and what is running."""

    DEFAULT_CSS = "TopBar { height: 1; }"

    def __init__(self, here: str) -> None:
        super().__init__()
        self.here = here
        self.running: tuple[Segment, ...] = ()
        self._tabs: list[tuple[int, int, str]] = []

    def fill(self, running: tuple[Segment, ...]) -> None:
        """Say what is running."""
        self.running = running
        self.draw()

    def on_resize(self) -> None:
        self.draw()

    def draw(self) -> None:
        """Make the line anew."""
        row: list[Segment] = [(" tui-ablate ", "title strong")]
        self._tabs = []
        for key in KEYS:
            if key.group == "Screens":
                start = width_of(row)
                here = key.action == f"screen('{self.here}')"
                row.append((f" {key.keys} {key.verb} ", "strong chosen" if here else "dim"))
                self._tabs.append((start, width_of(row), key.action))
        gap = self.size.width - width_of(row) - width_of(self.running) - 1
        running = self.running if gap > 0 else ()
        if running:
            row += [(" " * gap, "text"), *running]
        self.show([tuple(row)])

    async def on_click(self, event: Click) -> None:
        for start, end, action in self._tabs:
            if start <= event.x < end:
                await self.app.run_action(action)


class KeyBar(Lines, can_focus=False):
    """The keys that work here, as many as fit; help and quit at the right."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[list[Key]] = []
        self._hits: list[tuple[int, int, int, Key]] = []

    def offer(self, keys: list[list[Key]]) -> None:
        """Show these rows of keys."""
        if keys != self.keys:
            self.keys = keys
            self.styles.height = len(keys)
            self.draw()

    def on_resize(self) -> None:
        self.draw()

    def draw(self) -> None:
        """Make the rows anew."""
        self._hits = []
        self.show([self._row(number, keys) for number, keys in enumerate(self.keys)])

    def _row(self, number: int, keys: list[Key]) -> Row:
        always = [key for key in keys if key.id in ALWAYS]
        room = self.size.width - 1 - sum(_width(key) for key in always)
        row: list[Segment] = [(" ", "text")]
        for key in keys:
            if key not in always and _width(key) <= room:
                room -= _width(key)
                self._put(row, key, number)
        row.append((" " * max(0, room), "text"))
        for key in always:
            self._put(row, key, number)
        return tuple(row)

    def _put(self, row: list[Segment], key: Key, number: int) -> None:
        start = width_of(row)
        row += [(key.shown, "key"), (f" {key.label}  ", "dim")]
        self._hits.append((number, start, width_of(row), key))

    async def on_click(self, event: Click) -> None:
        for number, start, end, key in self._hits:
            if number == event.y and start <= event.x < end:
                owner = {"app": self.app, "pane": self.screen.focused}.get(key.where, self.screen)
                await self.app.run_action(key.action, owner)


class Status(Lines, can_focus=False):
    """One line in which the app answers: what was done, or why not."""

    DEFAULT_CSS = "Status { height: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self.said: Segment = ("", "dim")

    def say(self, text: str, role: str = "dim") -> None:
        """Show ``text``, already clean."""
        self.said = (text, role)
        self.draw()

    def on_resize(self) -> None:
        self.draw()

    def draw(self) -> None:
        """Make the line anew."""
        text, role = self.said
        self.show([((cut(f" {text}", self.size.width - 1), role),)] if text else [])


def _width(key: Key) -> int:
    return len(key.shown) + len(key.label) + 3


def running(snapshot: Snapshot) -> tuple[Segment, ...]:
    """What the head of every screen says of the runs: how many train and wait, how far all is, how long it takes."""
    if not snapshot.open_runs:
        return ()
    both = ((snapshot.training, "training"), (snapshot.waiting, "waiting"))
    counts = " · ".join(f"{count} {word}" for count, word in both if count)
    full, empty = bar(snapshot.progress, 10)
    left = f"  {duration(snapshot.seconds_left)} left" if snapshot.seconds_left is not None else ""
    return (
        ("▶ " if snapshot.training else "◌ ", "good"),
        (counts, "text"),
        ("  ", "text"),
        (full, "good"),
        (empty, "rule"),
        (f" {int(100 * snapshot.progress):2d} %{left}", "dim"),
    )
