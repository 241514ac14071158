"""What a table says of a run, from its events."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tui_ablate import journal
from tui_ablate.runs.row import Row, fold


def told(warm_up: float) -> Iterator[journal.AnyEvent]:
    """A run of 100 steps, ten a second, whose first chunk of two takes ``warm_up`` seconds."""
    yield journal.Started(t=0, host="h", pid=1, device="cpu", versions={}, threads=1, epochs=1, steps_per_epoch=100)
    yield journal.Traced(t=1, seconds=1)
    for step in range(1, 21):
        now = 1 + warm_up + max(0, step - 2) / 10
        yield journal.Step(t=now, epoch=1, step=step, loss=1, penalty=0, accuracy=0, learning_rate=0.1)


def test_the_time_left_does_not_count_the_warm_up(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Row(id="a")
    events = list(told(warm_up=30))
    fold(row, events[:2])
    assert row.training
    fold(row, events[2:4])
    assert row.seconds_left is None, "nothing is known before the second chunk"
    fold(row, events[4:])
    monkeypatch.setattr("time.time", lambda: row.heard)
    assert row.seconds_left == pytest.approx(8)


def test_a_resumed_run_is_measured_anew() -> None:
    row = Row(id="a")
    fold(row, told(warm_up=1))
    fold(row, [journal.Resumed(t=99, epoch=1, step=10)])
    assert row.seconds_left is None
