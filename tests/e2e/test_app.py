"""The app by keys alone, in a real terminal: choose, toggle, train both, watch, leave, come back."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli import written
from tests.e2e.terminal import Terminal

APP = [sys.executable, "-m", "tui_ablate"]
pytestmark = pytest.mark.slow


def test_from_the_first_start_to_finding_everything_as_it_was(home: Path) -> None:
    with Terminal(APP) as terminal:
        terminal.wait("digits-resnet-20")
        terminal.wait("9/9")
        terminal.press("/")
        terminal.wait("filter")
        terminal.press(*"digits-plain")
        terminal.wait(lambda screen: "catsdogs" not in screen)
        terminal.press("enter")
        terminal.wait("0/9")
        terminal.press("R")
        terminal.wait("9/9")

        terminal.press("t")
        terminal.wait("6 runs of 8 epochs")
        terminal.press("backspace")
        terminal.wait(lambda screen: "runs of" not in screen)
        terminal.press("1")
        terminal.wait("2 runs of 8 epochs")
        terminal.press("tab", "backspace")
        terminal.wait(lambda screen: "runs of" not in screen)
        terminal.press("2")
        terminal.wait("2 runs of 2 epochs")
        terminal.press("enter")
        terminal.wait("training loss")
        terminal.wait(lambda screen: screen.count(" done ") == 2, 120)
        screen = terminal.wait("2/2")
        assert "validation accuracy" in screen
        terminal.press("q")
        assert terminal.end() == 0

    with Terminal(APP) as terminal:
        terminal.wait(lambda screen: screen.count(" done ") == 2)
        terminal.press("1")
        screen = terminal.wait("9/9")
        assert "digits-plain-20" in screen
        assert "unsaved" in screen
        terminal.press("q")
        assert terminal.end() == 0


def test_a_watch_that_comes_back_shows_every_run_it_has_room_for(home: Path) -> None:
    written.study()
    with Terminal(APP) as terminal:
        terminal.wait("resnet")
        terminal.press("2")
        terminal.wait("4 runs, all ended")
        terminal.press("q")
        assert terminal.end() == 0
    with Terminal(APP) as terminal:
        terminal.wait(lambda screen: screen.count(" done ") >= 3)
        assert terminal.wait(lambda screen: screen.count(" done ") == 4, 5)
