"""What a resumption takes back, and how few points a run writes."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from tui_ablate import journal


def step(number: int, loss: float | None = 1.0) -> journal.Step:
    return journal.Step(t=number, epoch=1, step=number, loss=loss, penalty=0, accuracy=0.5, learning_rate=0.1)


def epoch(number: int, at: int) -> journal.Epoch:
    return journal.Epoch(
        t=at,
        epoch=number,
        step=at,
        loss=1,
        penalty=0,
        accuracy=0.5,
        top1_error=0.5,
        learning_rate=0.1,
        images_per_second=1,
        validation_loss=None,
        validation_accuracy=None,
        seconds=1,
    )


def test_a_resumption_takes_back_what_stood_beyond_it() -> None:
    events = [
        step(1),
        step(2),
        epoch(1, 2),
        step(3),
        step(4),
        epoch(2, 4),
        journal.Resumed(t=5, epoch=1, step=3),
        step(4, 9),
    ]
    made = journal.curves(events)
    assert [(s.step, s.loss) for s in made.steps] == [(1, 1.0), (2, 1.0), (3, 1.0), (4, 9)]
    assert [e.epoch for e in made.epochs] == [1]


def test_a_point_told_twice_is_shown_once() -> None:
    events = [step(1), step(2), journal.Resumed(t=5, epoch=0, step=2), step(2), step(3), epoch(1, 3), epoch(1, 3)]
    made = journal.curves(events)
    assert [s.step for s in made.steps] == [1, 2, 3]
    assert [e.epoch for e in made.epochs] == [1]


@given(total=st.integers(min_value=1, max_value=30_000), spike=st.integers(min_value=1, max_value=30_000))
def test_a_run_writes_at_most_the_limit_and_its_extremes(total: int, spike: int) -> None:
    spike = min(spike, total)
    thinner, kept = journal.Thinner(total, 500), []
    for number in range(1, total + 1):
        kept += thinner.add(step(number, 100.0 if number == spike else 1 / number))
    kept += thinner.flush()
    numbers = [s.step for s in kept]
    assert len(kept) <= 500
    assert numbers == sorted(set(numbers))
    assert spike in numbers


def test_a_loss_that_is_not_finite_is_kept() -> None:
    thinner, kept = journal.Thinner(10_000, 100), []
    for number in range(1, 10_001):
        kept += thinner.add(step(number, math.nan if number == 4321 else 1.0))
    assert 4321 in [s.step for s in kept]
