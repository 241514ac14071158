"""From the command to a preset list that answers a key, against a bare Textual app: at most 1.5 times as long."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.e2e.terminal import Terminal

ROUNDS = 9
LIMIT = 1.5
BARE = """
from textual.app import App
from textual.widgets import Footer, OptionList
class Bare(App):
    BINDINGS = [("q", "quit", "Quit")]
    def compose(self):
        yield OptionList("resnet-18", "resnet-34", "resnet-50")
        yield Footer()
Bare().run()
"""


def seconds(command: list[str], shows: str, home: Path) -> float:
    """Seconds until `command` shows `shows` and its screen has changed after a key."""
    started = time.perf_counter()
    with Terminal(command, env={"TUI_ABLATE_HOME": str(home)}) as terminal:
        terminal.wait(shows)
        before = terminal.colours
        terminal.press("down")
        terminal.wait(lambda _: terminal.colours != before)
        return time.perf_counter() - started


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        ours, bare = [], []
        seconds([sys.executable, "-m", "tui_ablate"], "resnet", home)  # compiles bytecode, makes the home
        for _ in range(ROUNDS):  # alternating, so that whatever else the machine does meets both
            ours.append(seconds([sys.executable, "-m", "tui_ablate"], "resnet", home))
            bare.append(seconds([sys.executable, "-c", BARE], "resnet-18", home))
    ratio = median(ours) / median(bare)
    print(f"tui-ablate  {median(ours):6.3f} s   median of {ROUNDS}, {min(ours):.3f} to {max(ours):.3f}")
    print(f"bare app    {median(bare):6.3f} s   median of {ROUNDS}, {min(bare):.3f} to {max(bare):.3f}")
    print(f"ratio       {ratio:6.2f}     promised: at most {LIMIT}")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
