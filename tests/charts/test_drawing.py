"""What a chart shows, and that no input breaks it."""

from __future__ import annotations

import math
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tui_ablate.charts import MARKERS, PALETTE, Line, Options, Series, ansi, ascii_only, draw, plain

ACCURACY = (0.1, 0.35, 0.7, 0.9, 0.95, 0.97, 1.0, 0.997)
EPOCHS = tuple(range(1, 9))
TWO_RUNS = [
    "validation accuracy                  ● residual  ▲ plain",
    "    │",
    "100%┤                            ⢀⣀⣀⡠⠤⠤⠤⠤⠤⠤●⠒⠒⠒⠒⠒⠉⠉⠉⠉⠉⠉●",
    "    │                       ⣀⠤●⠉⠉⠁",
    " 75%┤                   ⣀⠤⠒⠉",
    "    │                 ⡠⠊",
    " 50%┤               ⡠⠊                        ⣀⣀⣀▲⠤⠤⠤⠤⠤▲",
    "    │            ●⡠⠊              ⢀⣀▲⠤⠤⠤⠒⠒⠒⠉⠉⠉",
    " 25%┤          ⡠⠔⠁        ⢀⣀⡠⠤⠔⠒⠊⠉⠁",
    "    │       ⢀⠔⠊  ⢀⣀⣀⠤⠤⠒⠒▲⠉⠁",
    "  0%┤      ▲⠉⠉⠉⠉⠉⠁",
    "    └0───────────2────────────4────────────6── epoch ──8",
]


def assert_fits(lines: tuple[Line, ...], width: int, height: int) -> None:
    assert len(lines) == height
    for line in lines:
        assert sum(cell_len(text) for text, _ in line) == width
        assert all(text.isprintable() for text, _ in line)


def test_two_runs_as_text() -> None:
    series = [
        Series("residual", EPOCHS, ACCURACY, 0),
        Series("plain", EPOCHS, [0.1, 0.12, 0.2, 0.3, 0.38, 0.44, 0.5, 0.508], 1),
    ]
    lines = draw(series, 56, 12, Options(title="validation accuracy", x_label="epoch", percent=True, x_limits=(0, 8)))
    assert_fits(lines, 56, 12)
    assert [line.rstrip() for line in plain(lines).split("\n")] == TWO_RUNS


def test_a_logarithmic_axis_leaves_out_what_is_not_above_zero_and_says_so() -> None:
    lines = draw([Series("loss", range(5), [10.0, 1.0, 0.0, 0.1, -1.0])], 40, 10, Options(log=True))
    text = plain(lines)
    assert "2 not above 0" in text
    assert "10┤" in text
    assert "0.1┤" in text


def test_what_is_not_finite_is_a_gap_and_counted() -> None:
    values = [1.0, 1.0, math.nan, math.inf, -math.inf, 1.0, 1.0]
    lines = draw([Series("", range(7), values)], 60, 8, Options(y_limits=(0.0, 2.0), x_limits=(0.0, 6.0)))
    assert "3 not finite" in plain(lines)
    (drawn,) = [line for line in plain(lines).split("\n") if "⠒" in line or "⠤" in line or "⠉" in line]
    canvas = drawn[5:]
    assert canvas[:8].strip()
    assert not canvas[14:40].strip()
    assert canvas[-6:].strip()


@pytest.mark.parametrize("width", [1, 5, 20, 24, 80])
@pytest.mark.parametrize("height", [1, 2, 3, 4, 24])
@pytest.mark.parametrize(
    "values",
    [
        [],
        [1.0],
        [3.0] * 5,
        [0.0],
        [math.nan] * 4,
        [1e300, -1e300],
        [1.7e308, -1.7e308, 1.7e308],
        [5e-324, 1e-320],
        [1e-300, 1e300],
        [1.0, 1.0 + 1e-15],
        [-1.0, -3.0],
    ],
    ids=str,
)
def test_any_size_and_any_values_give_a_chart(values: list[float], width: int, height: int) -> None:
    for options in (Options(title="t"), Options(log=True), Options(percent=True, x_label="epoch")):
        assert_fits(draw([Series("run", range(len(values)), values)], width, height, options), width, height)


@given(
    st.lists(st.tuples(st.floats(), st.floats()), max_size=30),
    st.integers(1, 90),
    st.integers(1, 20),
    st.booleans(),
    st.one_of(st.none(), st.tuples(st.floats(), st.floats())),
    st.text(max_size=20),
)
@settings(max_examples=150, deadline=None)
def test_nothing_raises(
    points: list[tuple[float, float]],
    width: int,
    height: int,
    log: bool,
    limits: tuple[float, float] | None,
    label: str,
) -> None:
    series = Series(label, [x for x, _ in points], [y for _, y in points], 3)
    options = Options(title=label, x_label=label, log=log, y_limits=limits, x_limits=limits)
    assert_fits(draw([series, series], width, height, options), width, height)


def test_limits_may_be_far_from_the_points() -> None:
    points = Series("", [0.0, 0.0, 0.0, 0.0, 4e292], [0.0] * 5)
    assert_fits(draw([points], 1, 1, Options(x_limits=(0.0, 2e-16), y_limits=(0.0, 2e-16))), 1, 1)


def test_an_extreme_among_ten_thousand_points_stays_in_view() -> None:
    values = [0.0] * 10_000
    values[5_000] = 9.0
    lines = draw([Series("", range(10_000), values)], 60, 12, Options(y_limits=(0, 10)))
    assert any(0x2800 < ord(c) < 0x2900 for c in plain(lines[1:3]))


def test_eight_runs_have_eight_colours_and_signs() -> None:
    series = [Series(f"run {i}", range(9), [float(i)] * 9, i) for i in range(8)]
    lines = draw(series, 80, 20)
    colors = {color for line in lines for _, color in line}
    assert set(PALETTE) <= colors
    assert all(sign in plain(lines) for sign in MARKERS)
    assert all(f"run {i}" in plain(lines) for i in range(8))


def test_a_legend_without_room_says_how_many_are_left_out() -> None:
    series = [Series(f"a rather long name {i}", [0, 1], [0, 1], i) for i in range(8)]
    assert_fits(draw(series, 40, 8), 40, 8)
    assert "+7" in plain(draw(series, 40, 4)).split("\n")[0]


def test_a_label_cannot_break_the_chart() -> None:
    lines = draw([Series("a\x1b[31m\nb\t[red]", [0, 1], [0, 1])], 40, 8)
    assert_fits(lines, 40, 8)
    assert "\x1b" not in plain(lines)
    assert "[red]" in plain(lines)


def test_an_empty_chart_says_so() -> None:
    lines = draw([], 40, 7, Options(title="training loss"))
    assert plain(lines).split("\n")[0].startswith("training loss")
    assert "no points yet" in plain(lines)


def test_a_growing_series_repaints_few_rows() -> None:
    values = [2.3 * math.exp(-i / 60) for i in range(200)]
    repainted = 0
    before: tuple[Line, ...] = ()
    for end in range(100, 200):
        lines = draw([Series("run", range(end), values[:end])], 100, 20)
        repainted += sum(a != b for a, b in zip(before, lines, strict=False)) if before else 0
        before = lines
    assert repainted < 100 * 20 * 0.15


def test_charts_can_be_drawn_from_many_threads() -> None:
    expected = [draw([Series("r", range(50), [math.sin(x / (5 + k)) for x in range(50)], k)], 60, 10) for k in range(4)]
    found: dict[int, list[tuple[Line, ...]]] = {k: [] for k in range(4)}

    def work(k: int) -> None:
        for _ in range(5):
            found[k].append(draw([Series("r", range(50), [math.sin(x / (5 + k)) for x in range(50)], k)], 60, 10))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(lines == expected[k] for k in found for lines in found[k])


def test_as_ansi_and_as_ascii() -> None:
    lines = draw([Series("run", range(9), [0.1 * i for i in range(9)])], 40, 8, Options(title="t"))
    assert "\x1b[38;2;95;215;255m" in ansi(lines)
    assert plain(ascii_only(lines)).isascii()
    assert_fits(ascii_only(lines), 40, 8)
