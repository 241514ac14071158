"""The command line as a person uses it: in a terminal, closed and interrupted while processes of their own train."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.terminal import Terminal

PROGRAM = [sys.executable, "-m", "tui_ablate"]
QUICK = ["--set", "data.limit=256", "--seeds", "1"]
pytestmark = pytest.mark.slow


def ask(*verb: str) -> Any:
    """What a verb prints with ``--json``."""
    ran = subprocess.run([*PROGRAM, *verb, "--json"], text=True, capture_output=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def states() -> list[str]:
    return sorted(run["state"] for run in ask("ls"))


def until(holds: Callable[[], object], seconds: float = 120) -> None:
    """Look again until it holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds:g} s: {states()}"


def test_a_study_goes_on_when_its_terminal_closes(home: Path) -> None:
    with Terminal([*PROGRAM, "study", "digits-residual", *QUICK, "--set", "training.epochs=3"]) as terminal:
        terminal.wait("epoch", 60)
    assert "done" not in states()
    until(lambda: states() == ["done", "done"])
    (study,) = {run["study"] for run in ask("ls")}
    shown = subprocess.run([*PROGRAM, "show", study], text=True, capture_output=True, check=True)
    assert "digits-resnet-20" in shown.stdout
    assert "digits-plain-20" in shown.stdout
    assert "validation accuracy" in shown.stdout


def test_ctrl_c_stops_watching_and_a_second_one_cancels(home: Path) -> None:
    run = [*PROGRAM, "run", "digits-resnet-20", "--set", "training.epochs=500"]
    with Terminal(run) as terminal:
        terminal.wait("epoch", 60)
        terminal.press("ctrl+c")
        terminal.wait("Stopped watching")
        terminal.wait("tui-ablate show")
        assert terminal.end() == 130
        assert states() == ["running"]
    name = ask("ls")[0]["id"]
    ask("cancel", name)
    until(lambda: states() == ["cancelled"], 20)

    with Terminal(run) as terminal:
        terminal.wait("epoch", 60)
        terminal.press("ctrl+c")
        terminal.wait("Stopped watching")
        terminal.press("ctrl+c")
        terminal.wait("Cancelled 1 run")
        assert terminal.end() == 130
    until(lambda: states() == ["cancelled", "cancelled"], 20)


def test_a_study_without_a_terminal_prints_its_table(home: Path) -> None:
    command = [*PROGRAM, "study", "digits-residual", *QUICK, "--set", "training.epochs=1"]
    ran = subprocess.run(command, text=True, capture_output=True, check=False, timeout=200, stdin=subprocess.DEVNULL)
    assert ran.returncode == 0, ran.stderr
    assert "\x1b" not in ran.stdout
    table, _, charts = ran.stdout.partition("training loss")
    assert all(variant in table and variant in charts for variant in ("digits-resnet-20", "digits-plain-20"))
    assert "validation accuracy" in charts
