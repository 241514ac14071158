"""The app: its screens, what it remembers, and what it knows of the runs."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.app import App
from textual.binding import BindingType
from textual.message import Message
from textual.screen import Screen
from textual.worker import get_current_worker

from .bindings import bindings
from .screens.build import Build
from .theme import CALM

if TYPE_CHECKING:
    from .memory import Memory
    from .snapshot import Snapshot

POLL_SECONDS = 1.0
REMEMBER_SECONDS = 0.3
ATTEND_SECONDS = 15.0
"""How often it is made sure that a supervisor works, while runs wait for one."""


def _watch() -> Screen[None]:
    from .screens.watch import Watch

    return Watch()


def _verbs() -> Any:
    from .commands import Verbs

    return Verbs


class TuiAblate(App[None]):
    """Honest ablation studies of neural networks, in a terminal."""

    TITLE = "tui-ablate"
    CSS_PATH = "style.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(bindings("app"))
    COMMANDS: ClassVar[set[Any]] = {_verbs}
    COMMAND_PALETTE_BINDING = "f24"  # ctrl+p stands in the table of bindings
    VERTICAL_BREAKPOINTS: ClassVar[list[tuple[int, str]]] = [(0, "-low"), (20, "-high")]
    MODES: ClassVar[dict[str, Any]] = {"build": Build, "watch": _watch}
    DEFAULT_MODE = "build"

    class Looked(Message):
        """What the runs look like now."""

        def __init__(self, snapshot: Snapshot) -> None:
            super().__init__()
            self.snapshot = snapshot

    def __init__(
        self, open_on: str | None = None, home: Path | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        from ..places import home_folder
        from .memory import recall

        super().__init__()
        self.register_theme(CALM)
        self.theme = CALM.name
        self.open_on = open_on
        self.home = home_folder() if home is None else home
        self.clock = clock
        self.memory: Memory = recall(self.home)
        self.snapshot: Snapshot | None = None
        self.watching = self.memory.watching
        self.log_axis = self.memory.log_axis
        self._looking = False
        self._look_again = False
        self._to_remember = False
        self._attended = -ATTEND_SECONDS
        self.animation_level = "none"

    def on_mount(self) -> None:
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        if not gc.isenabled():  # the entry point's doing
            gc.freeze()
            gc.enable()
        if self.memory.screen == "watch" and self.open_on in (None, self.memory.opened_on):
            self.switch_mode("watch")
            self.look()  # else Build asks for it when it has begun
        self.set_interval(POLL_SECONDS, self.look)

    # looking at the runs

    def look(self) -> None:
        """Read the runs anew, off the screen's thread; while one look is under way, the next waits for it."""
        if self._looking:
            self._look_again = True
            return
        self._looking = True
        self._look(self.watching if self.current_mode == "watch" else None, self.snapshot)

    @work(thread=True, exclusive=True, exit_on_error=False, group="look")
    def _look(self, watching: str | None, before: Snapshot | None) -> None:
        from .snapshot import attend, look

        found = look(self.home, watching, with_curves=self.current_mode == "watch", before=before)
        if found.unattended and time.monotonic() - self._attended > ATTEND_SECONDS:
            self._attended = time.monotonic()
            attend(self.home)
        if not get_current_worker().is_cancelled:
            self.post_message(self.Looked(found))

    def on_worker_state_changed(self, event: Any) -> None:
        """A look that ended, well or not, makes room for the next."""
        if event.worker.group == "look" and event.worker.is_finished:
            self._looking = False
            if self._look_again:
                self._look_again = False
                self.look()

    def on_tui_ablate_looked(self, message: Looked) -> None:
        """Hand what was seen to the screens, where it is new."""
        if message.snapshot == self.snapshot:
            return
        self.snapshot = message.snapshot
        for name in ("build", "watch"):
            for screen in self._screen_stacks.get(name, [])[:1]:
                screen.show_snapshot(message.snapshot)  # type: ignore[attr-defined]

    # verbs

    async def action_screen(self, name: str) -> None:
        """Go to a screen."""
        await self.switch_mode(name)
        self.look()
        self.remember()

    def watch(self, group: str) -> None:
        """Go to Watch and show the study or runs called ``group``."""
        self.watching = group
        self.call_later(self.action_screen, "watch")

    def action_command_palette(self) -> None:
        """Every verb by its name."""
        from .palette import Palette

        if not Palette.is_open(self):
            self.push_screen(Palette(id="--command-palette"))

    def action_help(self) -> None:
        """All keys."""
        from .screens.help import Help

        self.push_screen(Help())

    async def action_quit(self) -> None:
        """Leave; runs go on by themselves, and the terminal says so."""
        said = [self.write_memory()]
        running = self.snapshot.open_runs if self.snapshot else 0
        if running:
            noun = "1 run goes on" if running == 1 else f"{running:,} runs go on"
            said.append(f"{noun} without the app. Type tui-ablate to see them again.")
        self.exit(message="\n".join(filter(None, said)) or None)

    # remembering

    def remember(self) -> None:
        """Write down soon where the person is; several changes in a row are written once."""
        if not self._to_remember:
            self._to_remember = True
            self.set_timer(REMEMBER_SECONDS, self._remember_now)

    def _remember_now(self) -> None:
        if self._to_remember:
            self._to_remember = False
            self._write(self.now())

    @work(thread=True, exclusive=True, exit_on_error=False, group="remember")
    def _write(self, memory: Memory) -> None:
        from .memory import remember

        remember(self.home, memory)

    def write_memory(self) -> str:
        """Write down now where the person is; why not, where the disk is full or the home not writable."""
        from .memory import remember

        self._to_remember = False
        try:
            remember(self.home, self.now())
        except OSError as error:
            why = error.strerror or error
            return f"Where you were was not kept: {self.home} cannot be written ({why})."
        return ""

    def now(self) -> Memory:
        """Where the person is."""
        import msgspec

        made = msgspec.structs.replace(
            self.memory,
            screen=self.current_mode if self.current_mode in self.MODES else "build",
            watching=self.watching,
            log_axis=self.log_axis,
        )
        for screen in self._screen_stacks.get("build", [])[:1]:
            if isinstance(screen, Build):
                made = screen.remembered(made)
        return made


def main(open_on: str | None = None) -> None:
    """Open the app, on a preset or study where ``open_on`` names one."""
    app = TuiAblate(open_on)
    app.run()
    raise SystemExit(app.return_code or 0)
