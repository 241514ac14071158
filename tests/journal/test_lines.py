"""A journal survives a kill at any byte, and readers take only what is whole."""

from __future__ import annotations

import math
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_ablate import journal


def step(number: int, loss: float | None = 1.0) -> journal.Step:
    return journal.Step(t=number, epoch=1, step=number, loss=loss, penalty=0, accuracy=0.5, learning_rate=0.1)


EVENTS = [
    journal.Queued(t=0, name="näme", seed=1, study="s", variant="− a\nb"),
    *(step(number, number / 3) for number in range(1, 6)),
    journal.Warning(t=7, sentence="line\nbreak \x1b[31m “quoted”"),
    journal.Tested(t=8, loss=1, accuracy=0.5, top1_error=0.5, examples=360, weights="last", epoch=1),
    journal.Ended(t=9, state="done", sentence="Trained."),
]


def written(path: Path) -> bytes:
    book = journal.Journal(path)
    for event in EVENTS:
        book.write(event)
    book.close()
    return path.read_bytes()


def test_what_was_written_is_read(tmp_path: Path) -> None:
    written(tmp_path / "j")
    assert journal.read(tmp_path / "j") == EVENTS


@given(cut=st.integers(min_value=0, max_value=2000), junk=st.binary(max_size=20))
def test_any_torn_end_is_read_past_and_cut(cut: int, junk: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "j"
        whole = written(path)
        torn = whole[: min(cut, len(whole))] + junk.replace(b"\n", b"")
        path.write_bytes(torn)
        kept = EVENTS[: whole[: min(cut, len(whole))].count(b"\n")]
        assert journal.read(path) == kept
        book = journal.Journal(path)
        book.write(step(99))
        book.close()
        assert journal.read(path) == [*kept, step(99)]


@given(sizes=st.lists(st.integers(min_value=1, max_value=200), max_size=30))
def test_a_tail_sees_each_event_once_however_the_bytes_arrive(sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole = written(Path(folder) / "whole")
        path = Path(folder) / "j"
        tail, seen, at = journal.Tail(path), [], 0
        seen += tail.new()
        with path.open("ab", buffering=0) as file:
            for size in [*sizes, len(whole)]:
                file.write(whole[at : at + size])
                at += size
                seen += tail.new()
        assert seen == EVENTS


def test_foreign_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "j"
    whole = written(path)
    foreign = [b"", b"\x00\xff", b"[1]", b'{"event":"fireworks","v":2,"t":1}', b"[" * 5000, b'{"event":"step"}']
    path.write_bytes(b"\n".join([*foreign, whole]))
    assert journal.read(path) == EVENTS


def test_lines_of_a_newer_format_are_passed_over_and_known_of(tmp_path: Path) -> None:
    path = tmp_path / "j"
    whole = written(path)
    tail = journal.Tail(path)
    assert tail.new() == EVENTS
    assert not tail.newer
    path.write_bytes(whole + b'{"event":"paused","v":9,"t":1,"epoch":1,"step":2,"mood":"new"}\n')
    assert tail.new() == []
    assert tail.newer


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_null_and_read_as_nan(tmp_path: Path, value: float) -> None:
    book = journal.Journal(tmp_path / "j")
    book.write(step(1, value))
    assert b'"loss":null' in (tmp_path / "j").read_bytes()
    (event,) = journal.read(tmp_path / "j")
    assert isinstance(event, journal.Step)
    assert math.isnan(journal.number(event.loss))


def test_a_journal_that_shrank_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "j"
    whole = written(path)
    tail = journal.Tail(path)
    tail.new()
    path.write_bytes(whole[: whole.index(b"\n") + 1])
    assert tail.new() == EVENTS[:1]


FILL = """
import resource, sys
from pathlib import Path
from tui_ablate import journal
book = journal.Journal(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    for number in range(100):
        book.write(journal.Warning(t=number, sentence="x" * 40))
except OSError as error:
    print(error)
"""


def test_where_there_is_no_more_room_only_whole_lines_are_left(tmp_path: Path) -> None:
    path = tmp_path / "j"
    ran = subprocess.run([sys.executable, "-c", FILL, str(path)], text=True, capture_output=True, check=True)
    assert "disk is full" in ran.stdout
    assert path.read_bytes().endswith(b"\n")
    assert len(journal.read(path)) == path.read_bytes().count(b"\n") > 5
