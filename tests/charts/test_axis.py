"""Axes: round, short and steady."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tui_ablate.charts.axis import growing, linear, logarithmic, number
from tui_ablate.charts.drawing import _cell


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (0, 1, "0"),
        (0.05, 0.05, "0.05"),
        (1500, 500, "1500"),
        (20_000, 5000, "20k"),
        (2.5e6, 5e5, "2.5M"),
        (12_345.0, 5, "12.345k"),
        (3e-5, 1e-5, "3e-5"),
        (1e300, 1e299, "1e300"),
        (-1.5e300, 1e299, "-1.5e300"),
    ],
)
def test_numbers_are_short(value: float, step: float, text: str) -> None:
    assert number(value, step) == text


def test_an_accuracy_axis_is_whole_percents() -> None:
    assert linear([0.1, 0.97], 6, percent=True).labels == ("0%", "20%", "40%", "60%", "80%", "100%")


def test_epochs_have_no_halves() -> None:
    assert growing([1, 2, 3], 12, limits=None, whole=True).labels == ("0", "1", "2", "3")


@pytest.mark.parametrize(
    ("last", "ticks", "labels"), [(8, 4, "0 4 8"), (8, 5, "0 2 4 6 8"), (7, 4, "0 2 4 7"), (100, 4, "0 50 100")]
)
def test_epochs_have_both_ends_named_and_even_steps_where_they_divide(last: int, ticks: int, labels: str) -> None:
    assert growing([0.3, last], ticks, limits=(0, last), whole=True).labels == tuple(labels.split())


@pytest.mark.parametrize("rows", range(7, 30))
@pytest.mark.parametrize("limits", [None, (0.0, 1.0)])
def test_ticks_are_equally_many_rows_apart(rows: int, limits: tuple[float, float] | None) -> None:
    axis = linear([0.1, 1.0], max(2, min(6, rows // 2 + 1)), rows=rows, limits=limits, percent=True)
    at = [_cell(axis.place(tick), rows, 4) for tick in axis.ticks]
    assert len({b - a for a, b in pairwise(at)}) == 1
    assert axis.high <= 1.25
    assert axis.labels[-1] == "100%"


def test_quarters_are_told_apart() -> None:
    assert number(0.25, 0.25) == "0.25"
    assert number(0.5, 0.25) == "0.50"


def test_the_right_end_moves_rarely() -> None:
    ends = [growing(range(1, n), 8, limits=None, whole=True).high for n in range(2, 1000)]
    assert len(set(ends)) < 35
    assert all(end >= n for end, n in zip(ends, range(1, 1000), strict=False))


def test_limits_move_in_steps() -> None:
    axes = {linear([0.0, 2.3 - k / 1000], 5).high for k in range(100)}
    assert len(axes) <= 2


def test_decades_and_what_lies_between() -> None:
    assert logarithmic([0.001, 1.0], 5).labels == ("0.001", "0.01", "0.1", "1")
    assert logarithmic([2.0, 5.0], 5).labels == ("2", "5")
    assert logarithmic([1e-200, 1e200], 5).high >= 200


def test_what_lies_on_the_ends_is_placed_there() -> None:
    axis = linear([-1e300, 1e300], 5)
    assert 0 <= axis.place(-1e300) < 0.1
    assert 0.9 < axis.place(1e300) <= 1
