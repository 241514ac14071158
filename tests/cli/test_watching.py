"""`run` and `study` with real runs: the live picture in a real terminal, Ctrl-C, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal
from tui_ablate import journal, runs

from .conftest import Cli

pytestmark = pytest.mark.slow
LONG = ("--set", "training.epochs=2000")
SHORT = ("--set", "training.epochs=2", "--set", "data.limit=256")


@pytest.fixture(autouse=True)
def nothing_left(home: Path) -> Iterator[None]:
    """Whatever a test leaves running is cancelled, and its processes are waited for."""
    yield
    kept = runs.Home(home)
    for row in runs.rows(kept):
        runs.cancel(kept, row.id)
    wait_for(lambda: not any(kept.open.iterdir()))


def wait_for(true: Callable[[], object], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def terminal(*arguments: str, columns: int = 100) -> Terminal:
    return Terminal([sys.executable, "-m", "tui_ablate", *arguments], columns=columns, rows=40)


def only(home: Path) -> runs.Row:
    """The one run there is."""
    (row,) = runs.rows(runs.Home(home))
    return row


def test_a_run_shows_a_bar_and_ends_with_charts(home: Path) -> None:
    with terminal("run", "digits-resnet-20", *SHORT) as screen:
        screen.wait("━", 60)
        status = screen.end(90)
        shown = screen.text
    assert status == 0
    assert "training loss" in shown
    assert "validation accuracy" in shown
    assert "done, top-1 error" in shown
    assert only(home).state == "done"


def test_the_bar_tells_epoch_step_loss_and_time_left(home: Path) -> None:
    with terminal("run", "digits-resnet-20", *LONG) as screen:
        shown = screen.wait("left", 60)
    assert "epoch " in shown
    assert "step " in shown
    assert "loss " in shown


def test_ctrl_c_stops_watching_and_training_goes_on(home: Path) -> None:
    with terminal("run", "digits-resnet-20", *LONG) as screen:
        screen.wait("step ", 60)
        screen.press("ctrl+c")
        shown = screen.wait("training goes on", 5)
        assert f"tui-ablate show {only(home).id}" in shown
        assert screen.end(10) == 130
    step = only(home).step
    wait_for(lambda: only(home).step > step)
    assert only(home).state == "running"


def test_a_second_ctrl_c_cancels(home: Path) -> None:
    with terminal("run", "digits-resnet-20", *LONG) as screen:
        screen.wait("step ", 60)
        screen.press("ctrl+c")
        screen.wait("within three seconds", 5)
        screen.press("ctrl+c")
        screen.wait("Cancelled 1 run.", 5)
        assert screen.end(10) == 130
    wait_for(lambda: only(home).state == "cancelled", 10)


def test_a_closed_terminal_leaves_the_run_going(home: Path) -> None:
    with terminal("run", "digits-resnet-20", *LONG) as screen:
        screen.wait("step ", 60)
    step = only(home).step
    wait_for(lambda: only(home).step > step)
    assert only(home).state == "running"


def test_a_second_ctrl_c_cancels_all_of_a_study(home: Path) -> None:
    with terminal("study", "digits-residual", *LONG) as screen:
        shown = screen.wait("step ", 60)
        assert "0 of 4 runs done" in shown
        assert "seed 1" in shown
        screen.press("ctrl+c")
        screen.wait("within three seconds", 5)
        screen.press("ctrl+c")
        screen.wait("Cancelled 4 runs.", 10)
        assert screen.end(10) == 130
    wait_for(lambda: {row.state for row in runs.rows(runs.Home(home))} == {"cancelled"}, 20)


def test_a_study_without_a_terminal_prints_lines_a_table_and_charts(process: Cli) -> None:
    said = process("study", "digits-residual", *SHORT)
    assert said.status == 0
    assert "[4 of 4 runs done]" in said.err
    assert "seed 1" in said.out
    assert "mean" in said.out
    assert "training loss" in said.out
    assert "validation accuracy" in said.out
    assert "\x1b" not in said.out + said.err


def test_a_run_as_json_prints_json_alone(process: Cli) -> None:
    said = process("run", "digits-plain-20", *SHORT, "--json")
    assert said.status == 0
    assert said.err == ""
    (row,) = said.json["runs"]
    assert row["state"] == "done"
    assert row["metrics"]["test.top1_error"] == row["test_error"]


def test_a_run_that_diverges_ends_with_one(process: Cli, home: Path) -> None:
    said = process("run", "digits-plain-20", *SHORT, "--set", "training.optimizer.learning_rate=1.0e6")
    assert said.status == 1
    assert "diverged" in said.out
    assert "Traceback" not in said.err


def test_a_log_can_be_followed_while_its_run_trains(process: Cli, home: Path) -> None:
    run = process("run", "digits-plain-20", *SHORT, "--detach").out.strip()
    assert process("logs", "-f", run).status == 0
    assert journal.read_exit(runs.Home(home).run(run)) is not None
