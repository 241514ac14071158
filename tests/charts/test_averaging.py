"""The mean over runs."""

from __future__ import annotations

import math

from tui_ablate.charts import Series, average


def test_the_mean_at_each_x() -> None:
    mean = average([Series("a", [1, 2, 3], [1.0, 2.0, 3.0]), Series("b", [1, 2], [3.0, 4.0])], "mean", 3, "x")
    assert (mean.label, mean.color, mean.marker) == ("mean", 3, "x")
    assert list(mean.x) == [1, 2, 3]
    assert list(mean.y) == [2.0, 3.0, 3.0]


def test_one_series_stays_as_it_is() -> None:
    assert average([Series("a", [2, 1], [5.0, 6.0])], "same").y == [5.0, 6.0]


def test_what_is_not_finite_stays_so_and_what_is_large_does_not_overflow() -> None:
    mean = average([Series("a", [1, 2], [math.nan, 1.7e308]), Series("b", [1, 2], [1.0, 1.7e308])], "mean")
    assert math.isnan(mean.y[0])
    assert mean.y[1] == 1.7e308


def test_nothing_averages_to_nothing() -> None:
    assert list(average([], "none").x) == []
