"""Where the focus and the cursors are, what hides what, and which keys the foot offers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.command import CommandList
from textual.events import Key
from textual.widgets import Input

from tests.cli import written
from tests.tui.conftest import settled
from tui_ablate import spec
from tui_ablate.tui.app import TuiAblate
from tui_ablate.tui.screens.build import Build
from tui_ablate.tui.widgets.bars import KeyBar
from tui_ablate.tui.widgets.presets import Presets
from tui_ablate.tui.widgets.stack import Stack

Open = Callable[..., TuiAblate]


def foot(app: TuiAblate) -> str:
    return "\n".join("".join(text for text, _ in row) for row in app.screen.query_one(KeyBar).rows)


def focused(app: TuiAblate) -> str | None:
    return app.screen.focused.id if app.screen.focused else None


async def test_the_palette_takes_keys_before_it_is_on_the_screen(open_app: Open) -> None:
    app = open_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        app.action_command_palette()
        while not any(found.option_count for found in app.screen.query(CommandList)):
            await asyncio.sleep(0)
        app.post_message(Key("pagedown", None))  # as a terminal sends what was typed ahead
        await pilot.press("pagedown", "pageup", "escape")
        assert isinstance(app.screen, Build)


async def test_a_narrow_terminal_starts_on_the_stack(open_app: Open) -> None:
    app = open_app("resnet-34")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert focused(app) == "stack"
        await pilot.press("down")
        assert app.screen.query_one(Stack).place.stage == 2


async def test_the_cursor_is_bright_where_the_focus_is(open_app: Open) -> None:
    app = open_app("resnet-34")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        stack = app.screen.query_one(Stack)
        for focus, role in (
            ("presets", "rule chosen-away"),
            ("stack", "accent chosen"),
            ("totals", "rule chosen-away"),
        ):
            assert focused(app) == focus
            assert ("▌", role) in [row[0] for row in stack.rows]
            await pilot.press("tab")
            await pilot.pause()


async def test_the_focus_leaves_what_a_resize_hides(open_app: Open) -> None:
    app = open_app("resnet-34")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert focused(app) == "presets"
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert focused(app) == "stack"
        await pilot.press("p")
        assert focused(app) == "presets"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_escape_after_a_filter_leaves_the_block(size: tuple[int, int], open_app: Open) -> None:
    app = open_app("resnet-34")
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        for key in ("slash", *"digits", "enter", "enter", "right", "right"):
            await pilot.press(key)
            await settled(pilot)
        stack = app.screen.query_one(Stack)
        assert (focused(app), stack.place.block) == ("stack", 2)
        assert not app.screen.query_one("#filter", Input).display
        await pilot.press("escape")
        assert (focused(app), stack.place.block) == ("stack", 0)
        assert len(app.screen.query_one(Presets)._families) > 5


async def test_the_open_list_takes_the_place_of_the_stack_and_says_its_keys(open_app: Open) -> None:
    app = open_app("resnet-34")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "p presets" in foot(app)
        await pilot.press("p")
        await settled(pilot)
        assert not app.screen.query_one(Stack).display
        assert "enter open" in foot(app)
        assert "residual" not in foot(app)
        await pilot.press("escape")
        await settled(pilot)
        assert app.screen.query_one(Stack).display
        assert "residual" in foot(app)


@pytest.mark.parametrize("key", ["left_square_bracket", "right_square_bracket"])
async def test_the_cursor_follows_the_preset_by_depth_and_by_undo(key: str, open_app: Open) -> None:
    app = open_app("resnet-34")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        presets = app.screen.query_one(Presets)
        for press, wanted in ((key, {"left_square_bracket": "resnet-18"}.get(key, "resnet-50")), ("down", None)):
            await pilot.press(press)
            await settled(pilot)
            build = app.screen
            assert isinstance(build, Build)
            assert build.bench.now is not None
            assert presets.entry is not None
            assert presets.entry.name == build.bench.now.origin.name == (wanted or presets.entry.name)


@pytest.mark.parametrize("size", [(60, 20), (40, 10), (10, 3)])
async def test_no_terminal_is_too_small(size: tuple[int, int], open_app: Open, home: Path) -> None:
    written.study()
    app = open_app("resnet-34")
    async with app.run_test(size=size) as pilot:
        for keys in (["down", "right", "r"], ["p", "down"], ["t"], ["s"], ["question_mark"], ["2", "down", "y", "p"]):
            for key in (*keys, "escape"):
                await settled(pilot)
                await pilot.press(key)
        await settled(pilot)
        await pilot.press("1")
        await settled(pilot)
        assert isinstance(app.screen, Build)
        if size == (60, 20):
            assert app.screen.query_one(Stack).size.width >= 50


@pytest.mark.parametrize(
    ("size", "labels"),
    [
        ((120, 40), "residual all depth repeat width stride stage dup presets train undo save filter versus help quit"),
        ((80, 24), "residual all depth repeat width stride stage presets train undo save filter versus help quit"),
        ((60, 20), "residual all depth repeat width presets train undo save help quit"),
    ],
)
async def test_the_foot_offers_the_keys_of_the_main_job(size: tuple[int, int], labels: str, open_app: Open) -> None:
    app = open_app("resnet-34")
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        assert all(f" {label} " in foot(app) for label in labels.split())
        assert all(len(line) <= size[0] for line in foot(app).split("\n"))


async def test_the_block_under_the_cursor_is_another_glyph(open_app: Open) -> None:
    app = open_app("resnet-34")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("tab", "right")
        rows = app.screen.query_one(Stack).rows
        assert [text for row in rows for text, _ in row].count("▓▓") == 1


async def test_a_long_name_leaves_room_for_unsaved_and_the_images(open_app: Open, home: Path) -> None:
    spec.save_preset(home / "presets" / f"{'long-' * 30}name.yaml", spec.load("resnet-18"))
    app = open_app(f"{'long-' * 30}name")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("plus")
        (row,) = app.screen.query_one("#heading").rows
        said = "".join(text for text, _ in row)
        assert len(said) <= 80
        assert "… ● unsaved" in said
        assert "10 classes" in said
