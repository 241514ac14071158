"""The live picture of runs at the widths terminals have: nothing is cut in the middle of a word."""

from __future__ import annotations

import io
import time

import pytest
from rich.console import Console

from tui_ablate.cli.progress import picture
from tui_ablate.runs import Row

NOW = time.time()


def at_work(name: str = "digits-resnet-20", state: str = "running") -> Row:
    """A run of 2,000 epochs, half done, that has about 44 minutes to go."""
    return Row(
        id="a00000001", name=name, state=state, epoch=1001, epochs=2000, step=18_000, steps=36_000, loss=0.0007,
        stepping=NOW - 2640, heard=NOW,
    )  # fmt: skip


def drawn(rows: list[Row], width: int) -> list[str]:
    """The picture as lines of text."""
    file = io.StringIO()
    Console(file=file, width=width, force_terminal=False, color_system=None).print(picture("study", rows, None, width))
    return file.getvalue().splitlines()


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_a_bar_says_as_much_as_fits_and_cuts_no_word(width: int) -> None:
    (line,) = drawn([at_work()], width)
    assert "epoch 1001/2000" in line
    assert "━━━" in line
    assert "…" not in line.split("━")[-1]
    assert ("step 18000/36000" in line) == (width >= 100)
    assert ("min left" in line) == (width >= 80)
    assert len(line) <= width


def test_a_long_name_leaves_room_for_the_words() -> None:
    (line,) = drawn([at_work("a-preset-with-a-name-that-says-everything-about-it")], 80)
    assert "epoch 1001/2000" in line
    assert "min left" in line
    assert "…" in line[:30]


def test_only_runs_at_work_of_a_study_have_a_bar() -> None:
    rows = [at_work(), Row(id="a00000002", name="waits", seed=1)]
    lines = drawn(rows, 80)
    assert "0 of 2 runs done" in lines[0]
    assert sum("epoch" in line for line in lines) == 1
