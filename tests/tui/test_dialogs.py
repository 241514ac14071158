"""What dialogs say and ask: whole sentences, and a question before anything is lost or much is begun."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.conftest import settled
from tui_ablate import runs, spec
from tui_ablate.tui.app import TuiAblate
from tui_ablate.tui.dialogs.confirm import Confirm
from tui_ablate.tui.dialogs.save import Save
from tui_ablate.tui.dialogs.train import Train
from tui_ablate.tui.widgets.lines import Lines

Open = Callable[..., TuiAblate]
COMMENTED = """# mine
model:
  stages: [
    {block: basic, channels: 16},  # a
    {block: basic, channels: 32},  # b
  ]
data: {name: digits}
training: {epochs: 8, optimizer: {name: sgd, learning_rate: 0.1}}
"""


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


def said(app: TuiAblate, pane: str) -> list[str]:
    return ["".join(text for text, _ in row).strip() for row in app.screen.query_one(pane, Lines).rows]


def name(app: TuiAblate, value: str) -> None:
    app.screen.query_one("#name", Input).value = value


@pytest.mark.parametrize("size", [(40, 10), (60, 20), (80, 24)])
async def test_the_cost_is_said_in_full_and_the_keys_are_in_view(size: tuple[int, int], open_app: Open) -> None:
    app = open_app("digits-residual")
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await press(pilot, "t")
        for field, value in (("seeds", "9"), ("epochs", "200")):
            app.screen.query_one(f"#{field}", Input).value = value
        await settled(pilot)
        cost = app.screen.query_one("#cost", Lines)
        assert "18 runs of 200 epochs over 1,150 images" in " ".join(said(app, "#cost"))
        assert "multiply-adds" in " ".join(said(app, "#cost"))
        assert all(len(line) <= cost.size.width for line in said(app, "#cost"))
        foot = app.screen.query_one("#foot", Lines)
        assert foot.region.bottom <= size[1]
        assert "esc back" in said(app, "#foot")[0]
        assert len(said(app, "#foot")[0]) < foot.size.width


async def test_more_than_a_hundred_runs_are_queued_only_after_asking(open_app: Open, home: Path) -> None:
    app = open_app("digits-residual")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "t")
        app.screen.query_one("#seeds", Input).value = "51"
        await press(pilot, "enter")
        assert isinstance(app.screen, Confirm)
        assert "102 runs of 8 epochs" in " ".join(said(app, "#question"))
        await press(pilot, "n")
        assert isinstance(app.screen, Train)
    assert not (home / "runs").exists() or not runs.rows(runs.Home(home))


async def test_a_question_has_no_empty_rows_at_its_foot(open_app: Open) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        app.push_screen(Confirm("Shall it be?", "yes"))
        await settled(pilot)
        assert app.screen.query_one(".dialog").size.height == 3


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", "The name is empty; use letters, digits, '-', '_' and '.'."),
        ("my/ResNet", "my/ResNet: a path separator or a control character; use letters, digits, '-', '_' and '.'."),
    ],
)
async def test_a_name_that_will_not_do_is_quoted_as_typed(typed: str, answer: str, open_app: Open) -> None:
    app = open_app("digits-resnet-20")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "s")
        name(app, typed)
        await press(pilot, "enter")
        assert " ".join(said(app, "#answer")) == answer


async def test_a_name_with_the_ending_of_the_file_is_the_same_name(open_app: Open, home: Path) -> None:
    app = open_app("digits-resnet-20")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "s")
        name(app, "con.yaml")
        await press(pilot, "enter")
    assert [path.name for path in (home / "presets").iterdir()] == ["con.yaml"]


async def test_comments_that_cannot_be_kept_are_not_dropped_unasked(open_app: Open, home: Path) -> None:
    path = home / "presets" / "mine.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(COMMENTED)
    app = open_app("mine")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "plus", "s")
        assert "cannot be kept" in " ".join(said(app, "#answer"))
        await press(pilot, "enter")
        assert "cannot be kept; save without them?" in " ".join(said(app, "#question"))
        await press(pilot, "n")
        assert path.read_text() == COMMENTED
        await press(pilot, "enter", "y")
    assert spec.load("mine").model.stages[0].repeat == 2


async def test_nothing_is_said_of_the_comments_of_a_file_that_is_gone(open_app: Open, home: Path) -> None:
    path = home / "presets" / "mine.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(COMMENTED)
    app = open_app("mine")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "plus", "q")
    path.unlink()
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "s")
        assert isinstance(app.screen, Save)
        assert app.screen.query_one("#name", Input).value == "mine"
        assert " ".join(said(app, "#answer")) == "The file of mine is gone: its comments are not kept."
        await press(pilot, "enter")
    assert spec.load("mine").model.stages[0].repeat == 2
