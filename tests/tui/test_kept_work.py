"""Nothing that was changed is lost: not by a quick quit, a broken file, another preset, nor a restart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tui.conftest import settled
from tui_ablate import spec
from tui_ablate.tui.app import TuiAblate
from tui_ablate.tui.memory import recall
from tui_ablate.tui.screens.build import Build
from tui_ablate.tui.widgets.bars import Status

Open = Callable[..., TuiAblate]


async def left(app: TuiAblate, *keys: str) -> tuple[list[int], str, bool]:
    """Repeats of the stages, the status line and whether unsaved, after ``keys``, when the app is left with q."""
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)
        build = app.screen
        assert isinstance(build, Build)
        assert build.bench.now is not None
        draft = build.bench.now
        said = build.query_one(Status).said[0]
        await pilot.press("q")
    return [stage.repeat for stage in draft.experiment.model.stages], said, draft.unsaved


def own(home: Path, name: str) -> Path:
    """A preset of the person's own, like resnet-18."""
    path = home / "presets" / f"{name}.yaml"
    spec.save_preset(path, spec.load("resnet-18"))
    return path


async def test_quitting_before_anything_was_read(open_app: Open, home: Path) -> None:
    await left(open_app("resnet-34"), "plus")
    before = recall(home)
    app = open_app("resnet-34")
    async with app.run_test(size=(120, 40)) as pilot:
        app.write_memory()
        await pilot.press("q")
    assert recall(home).draft == before.draft is not None
    assert (await left(open_app("resnet-34")))[0] == [4, 4, 6, 3]


@pytest.mark.parametrize("what", ["cannot be read", "is gone"])
async def test_the_preset_is_broken_or_gone(what: str, open_app: Open, home: Path) -> None:
    path = own(home, "mine")
    await left(open_app("mine"), "plus")
    if what == "is gone":
        path.unlink()
    else:
        path.write_text("model: [")
    repeats, said, unsaved = await left(open_app())
    assert repeats == [3, 2, 2, 2]
    assert f"mine {what}" in said
    assert unsaved
    assert (await left(open_app()))[0] == [3, 2, 2, 2]


async def test_changes_of_another_preset_come_back_after_a_restart(open_app: Open) -> None:
    _, said, _ = await left(open_app("resnet-34"), "plus", "p", "down")
    assert "u brings them back" in said
    assert (await left(open_app("resnet-34"), "u"))[0] == [4, 4, 6, 3]


async def test_opening_something_else_keeps_the_changes(open_app: Open) -> None:
    await left(open_app("resnet-34"), "plus")
    repeats, said, _ = await left(open_app("resnet-18"))
    assert repeats == [2, 2, 2, 2]
    assert said.strip() == "Your changes of resnet-34 are kept: u brings them back."
    assert (await left(open_app("resnet-18"), "u"))[0] == [4, 4, 6, 3]


async def test_a_name_that_is_none_is_told_and_loses_nothing(open_app: Open) -> None:
    await left(open_app("resnet-34"), "plus")
    _, said, _ = await left(open_app("nonsense"))
    assert "nonsense" in said
    assert "Your changes of resnet-34 are kept" in said
    assert (await left(open_app("nonsense"), "u"))[0] == [4, 4, 6, 3]


async def test_a_broken_preset_of_the_list_is_told_by_name(open_app: Open, home: Path) -> None:
    own(home, "mine").write_text("model: [")
    _, said, _ = await left(open_app("resnet-34"), "p", "end")
    assert "mine: not YAML" in said


async def test_a_home_that_cannot_be_written_is_told_at_start_and_on_quitting(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.parent.mkdir(exist_ok=True)
    home.write_text("in the way")
    app = TuiAblate("resnet-34", home)
    _, said, _ = await left(app)
    assert "TUI_ABLATE_HOME" in said
    assert "was not kept" in capsys.readouterr().err
