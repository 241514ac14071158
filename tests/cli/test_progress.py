"""The live picture of runs at the widths terminals have: nothing is cut in the middle of a word."""

from __future__ import annotations

import io
import sys
import time

import pytest
from rich.console import Console

from tests.e2e.terminal import Terminal
from tui_ablate.cli.progress import Progress, picture, told
from tui_ablate.runs import Row


def at_work(name: str = "digits-resnet-20", state: str = "running") -> Row:
    """A run of 2,000 epochs, half done, that has about 44 minutes to go."""
    now = time.time()
    return Row(
        id="a00000001", name=name, state=state, epoch=1001, epochs=2000, step=18_000, steps=36_000, loss=0.0007,
        stepping=now - 2640, heard=now,
    )  # fmt: skip


def drawn(rows: list[Row], width: int) -> list[str]:
    """The picture as lines of text."""
    file = io.StringIO()
    Console(file=file, width=width, force_terminal=False, color_system=None).print(picture("study", rows, None, width))
    return file.getvalue().splitlines()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_the_bar_of_a_run_tells_epoch_step_loss_and_time_left_at_every_width(width: int) -> None:
    lines = drawn([at_work()], width)
    text = "\n".join(lines)
    for words in ("epoch 1001/2000", "step 18000/36000", "loss 0.0007", "about 44 min left"):
        assert words in text
    assert "━━━" in lines[0]
    assert "…" not in text
    assert max(map(len, lines)) <= width
    assert len(lines) == {40: 3, 60: 3, 80: 2}.get(width, 1)


def test_a_long_name_leaves_room_for_the_bar_and_the_words() -> None:
    lines = drawn([at_work("a-preset-with-a-name-that-says-everything-there-is-to-say-about-it-and-more")], 80)
    assert lines[1].startswith("epoch 1001/2000  step 18000/36000")
    assert "…  ━━" in lines[0]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_bars_of_several_runs_say_as_much_as_fits_and_cut_no_word(width: int) -> None:
    lines = [line for line in drawn([at_work(), at_work()], width) if "━" in line]
    assert len(lines) == 2
    for line in lines:
        assert "epoch 1001/2000" in line
        assert "…" not in line.split("━")[-1]
        assert ("step 18000/36000" in line) == (width >= 100)
        assert ("min left" in line) == (width >= 80)
        assert len(line) <= width


@pytest.mark.parametrize(("width", "seeds"), [(40, 2), (80, 5), (80, 30), (120, 30)])
def test_the_variants_of_a_study_keep_their_names_beside_many_seeds(width: int, seeds: int) -> None:
    rows = [
        Row(id=f"{variant}{seed}", variant=variant, seed=seed, state=state, metrics={"test.top1_error": 0.25})
        for variant in ("digits-resnet-20", "without model.residual")
        for seed, state in enumerate(["done", "out_of_memory", *["queued"] * (seeds - 2)])
    ]
    lines = drawn(rows, width)
    text = "\n".join(lines)
    assert "digits-resnet-20" in text
    assert "without model." in text
    assert "25.0 %" in text
    assert max(map(len, lines)) <= width
    assert ("1 of 30" in text) == (seeds == 30)


def test_without_a_test_set_the_picture_and_the_last_line_tell_the_error_on_validation() -> None:
    done = Row(id="a", variant="plain", state="done", metrics={"validation.top1_error": 0.5})
    lines = drawn([done, at_work()], 100)
    assert lines[1].startswith("top-1 error on validation")
    assert "50.0 %" in lines[2]
    assert told(done) == "done, top-1 error on validation 50.0 % (these data have no test set)"
    assert told(Row(id="a", state="done", metrics={"test.top1_error": 0.25})) == "done, top-1 error 25.0 %"
    assert told(Row(id="a", state="done")) == "done"


def test_a_warning_is_told_once(capfd: pytest.CaptureFixture[str]) -> None:
    rows = [at_work(), at_work()]
    for row in rows:
        row.warning = "TensorFlow sees no GPU, so this run trains on the CPU: `tui-ablate doctor` says why."
    with Progress("study") as progress:
        progress.show(rows)
        progress.show(rows)
    assert capfd.readouterr().err.count("TensorFlow sees no GPU") == 1


SCRIPT = """
import time
from tui_ablate.cli.progress import Progress
from tests.cli.test_progress import at_work
row = at_work()
row.warning = "Something to know."
with Progress("study") as progress:
    progress.show([row])
    time.sleep(0.5)
"""


@pytest.mark.parametrize("kind", ["xterm-256color", "dumb"])
def test_a_terminal_that_cannot_move_its_cursor_gets_plain_lines(kind: str) -> None:
    with Terminal([sys.executable, "-c", SCRIPT], columns=80, rows=10, env={"TERM": kind}) as screen:
        shown = screen.wait("epoch 1001/2000", 20)
        assert screen.end(20) == 0
        assert "digits-resnet-20 seed 0: Something to know." in screen.text
    assert ("━" in shown) == (kind != "dumb")
    assert ("epoch 1001/2000, loss 0.0007" in screen.text) == (kind == "dumb")


def test_only_runs_at_work_of_a_study_have_a_bar() -> None:
    rows = [at_work(), Row(id="a00000002", name="waits", seed=1)]
    lines = drawn(rows, 80)
    assert "0 of 2 runs done" in lines[0]
    assert sum("epoch" in line for line in lines) == 1
