"""Watch: which run the cursor is on, what its legend and list tell apart, and what its foot offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli import written
from tests.tui.conftest import settled
from tests.tui.test_panes import foot
from tui_ablate import runs
from tui_ablate.tui.app import TuiAblate
from tui_ablate.tui.curves import named
from tui_ablate.tui.figures import moment
from tui_ablate.tui.screens.watch import Watch
from tui_ablate.tui.snapshot import Group, look
from tui_ablate.tui.widgets.bars import Status
from tui_ablate.tui.widgets.chart import Chart
from tui_ablate.tui.widgets.runs import Runs

Open = Callable[..., TuiAblate]


def group(home: Path) -> Group:
    found = look(home, None, with_curves=False, before=None).group
    assert found is not None
    return found


async def test_the_cursor_is_on_the_first_run_until_another_is_chosen(open_app: Open, home: Path) -> None:
    written.study()
    app = open_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("2")
        await settled(pilot)
        table, whole = app.screen.query_one(Runs), group(home)
        first, _, third, last = whole.runs
        table.fill(replace(whole, id="new", runs=(third, last)))  # seen while its runs were being written
        table.fill(replace(whole, id="new"))
        assert table.run_under_cursor == first
        await pilot.press("end")
        assert table.run_under_cursor == last
        table.fill(replace(whole, id="another"))
        assert table.run_under_cursor == first


async def test_the_legend_tells_runs_of_one_seed_apart(home: Path) -> None:
    made = [written.run(), written.run(), written.run(seed=1)]
    labels = [series.label for series in named(group(home))]
    assert sorted(labels) == sorted([f"seed 0 · {made[0]}", f"seed 0 · {made[1]}", "seed 1"])


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_both_charts_begin_on_one_row(size: tuple[int, int], open_app: Open, home: Path) -> None:
    written.study()
    app = open_app()
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await pilot.press("2")
        await settled(pilot)
        feet = [["└" in "".join(text for text, _ in row) for row in chart.rows] for chart in app.screen.query(Chart)]
        tops = [["┤" in "".join(text for text, _ in row) or "│" in str(row) for row in chart.rows].index(True)
                for chart in app.screen.query(Chart)]  # fmt: skip
        assert feet[0] == feet[1]
        assert tops == [1, 1]


async def test_the_foot_offers_only_what_does_something(open_app: Open, home: Path) -> None:
    app = open_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("2")
        await settled(pilot)
        assert foot(app).split() == ["esc", "back", "?", "help", "q", "quit"]
        written.study()
        app.look()
        await settled(pilot)
        assert "y log axis" in foot(app)
        assert "cancel" not in foot(app)
        written.queued()
        app.look()
        await settled(pilot)
        assert "p studies" in foot(app)


async def test_cancelling_many_says_so_at_once(open_app: Open, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written.queued()
    heard: list[str] = []
    app = open_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("2")
        await settled(pilot)
        watch = app.screen
        assert isinstance(watch, Watch)
        real = runs.cancel

        def cancel(house: runs.Home, run_id: str) -> bool:
            heard.append(watch.query_one(Status).said[0])
            return real(house, run_id)

        monkeypatch.setattr(runs, "cancel", cancel)
        for key in ("C", "y"):
            await pilot.press(key)
            await settled(pilot)
        assert heard == ["Cancelling 1 run…"]
        assert watch.query_one(Status).said[0] == "1 run cancelled."


def test_when_a_study_was_begun() -> None:
    day = 1_700_000_000.0
    assert ":" in moment(day, day + 1)
    assert " " in moment(day, day + 3 * 86_400)
