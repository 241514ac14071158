"""Tables and charts as wide as the terminal is, in the colours it has."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

from . import written


def shown(*arguments: str, columns: int, **env: str) -> Terminal:
    with Terminal([sys.executable, "-m", "tui_ablate", *arguments], columns=columns, rows=60, env=env) as screen:
        assert screen.end(30) == 0
    return screen


@pytest.mark.parametrize("columns", [80, 100, 140])
def test_the_list_of_runs_fits(home: Path, columns: int) -> None:
    run = written.run()
    lines = shown("ls", columns=columns).text.rstrip().split("\n")
    assert len(lines) == 2
    assert lines[1].startswith(f"{run}  digits-resnet-20")
    assert "1.2 %" in lines[1]


def test_a_narrow_table_cuts_words_and_never_figures(home: Path) -> None:
    text = shown("summary", "digits-resnet-20", "--only", "stage2.block1", columns=60).text
    assert "4,608  294.9 k" in text
    assert "…" in text


@pytest.mark.parametrize("columns", [60, 120])
def test_charts_are_as_wide_as_the_terminal(home: Path, columns: int) -> None:
    text = shown("show", written.run(), columns=columns).text
    feet = [line for line in text.split("\n") if "└" in line]
    assert {len(line) for line in feet} == {columns}


def test_a_chart_has_colours_where_the_terminal_has(home: Path) -> None:
    run = written.run()
    assert len({fore for _, fore, _ in shown("show", run, columns=80).colours}) > 2
    assert {fore for _, fore, _ in shown("show", run, columns=80, NO_COLOR="1").colours} == {"default"}


def test_sentences_are_broken_between_words(home: Path) -> None:
    script = "from tui_ablate.cli.terminal import note, say_sentence; note('disk full ' * 9); say_sentence('so ' * 15)"
    with Terminal([sys.executable, "-c", script], columns=33, rows=20) as screen:
        assert screen.end(20) == 0
    lines = screen.text.split("\n")
    assert lines[0] == "disk full disk full disk full"
    assert lines[3].startswith("so so")
    assert {word for line in lines for word in line.split()} == {"disk", "full", "so"}
