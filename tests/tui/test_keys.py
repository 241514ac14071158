"""Every key that changes the network or the runs, through the app as a person presses it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli import written
from tests.tui.conftest import settled
from tui_ablate import runs, spec
from tui_ablate.tui import opening
from tui_ablate.tui.app import TuiAblate
from tui_ablate.tui.bindings import KEYS
from tui_ablate.tui.screens.build import Build
from tui_ablate.tui.widgets.presets import Presets

Open = Callable[..., TuiAblate]


async def after(app: TuiAblate, *keys: str) -> spec.Experiment:
    """The experiment on the bench after ``keys``, each answered before the next."""
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)
        screen = app.screen
        assert isinstance(screen, Build)
        assert screen.bench.now is not None
        return screen.bench.now.experiment


def repeats(experiment: spec.Experiment) -> list[int]:
    return [stage.repeat for stage in experiment.model.stages]


CHANGES: dict[str, tuple[tuple[str, ...], Callable[[spec.Experiment], Any], Any]] = {
    "shortcuts of a stage": (("tab", "down", "r"), lambda e: e.model.stages[1].residual, False),
    "twice is none": (("r", "r"), lambda e: e == spec.load("resnet-34"), True),
    "shortcuts of a block": (("tab", "enter", "right", "r"), lambda e: e.model.stages[0].residual, (True, False, True)),
    "shortcuts of the network": (("R",), lambda e: e.model.residual, False),
    "more depth": (("right_square_bracket",), lambda e: type(e.model.stages[0]).__name__, "Bottleneck"),
    "less depth": (("left_square_bracket",), repeats, [2, 2, 2, 2]),
    "a block more": (("plus",), repeats, [4, 4, 6, 3]),
    "a block less": (("minus",), repeats, [2, 4, 6, 3]),
    "wider": (("w",), lambda e: e.model.stages[0].channels > 64, True),
    "narrower": (("W",), lambda e: e.model.stages[0].channels < 64, True),
    "stride": (("S",), lambda e: e.model.stages[0].stride, 2),
    "a stage more": (("a",), lambda e: len(e.model.stages), 5),
    "a stage twice": (("d",), repeats, [3, 3, 4, 6, 3]),
    "a stage less": (("x",), repeats, [4, 6, 3]),
    "undo": (("plus", "w", "u", "u"), lambda e: e == spec.load("resnet-34"), True),
    "redo": (("plus", "u", "U"), repeats, [4, 4, 6, 3]),
    "the last stage stays": (("x", "x", "x", "x", "x"), lambda e: len(e.model.stages), 1),
    "a preset by filter": (("slash", *"vgg", "enter"), lambda e: e.name.startswith("vgg"), True),
}


@pytest.mark.parametrize("change", list(CHANGES))
async def test_a_key_changes_the_network(change: str, open_app: Open) -> None:
    keys, look, wanted = CHANGES[change]
    assert look(await after(open_app("resnet-34"), *keys)) == wanted


@pytest.mark.parametrize("first", ["list", "preset"])
async def test_the_cursor_starts_on_the_preset_whatever_is_read_first(
    first: str, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_is_there = threading.Event()
    late = opening.open_remembered if first == "list" else spec.presets

    def wait_and_read(*given: Any) -> Any:
        assert other_is_there.wait(30)
        return late(*given)

    monkeypatch.setattr(*((opening, "open_remembered") if first == "list" else (spec, "presets")), wait_and_read)
    app = open_app("vgg-16")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, Build)
        while not (screen.entries if first == "list" else screen.bench.now):
            await pilot.pause(0.01)
        other_is_there.set()
        await settled(pilot)
        entry = screen.query_one(Presets).entry
        assert entry is not None
        assert entry.name == "vgg-16"


async def test_saving_makes_a_preset_that_loads_alike(open_app: Open, home: Path) -> None:
    experiment = await after(open_app("digits-resnet-20"), "plus", "s", "enter")
    saved = spec.load("my-digits-resnet-20")
    assert saved.model == experiment.model
    text = (home / "presets" / "my-digits-resnet-20.yaml").read_text()
    assert text.startswith("# yaml-language-server")


async def test_what_stood_on_the_bench_is_there_again(open_app: Open) -> None:
    async with open_app("resnet-34").run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        for key in ("plus", "q"):
            await pilot.press(key)
            await pilot.pause()
    assert repeats(await after(open_app("resnet-34"))) == [4, 4, 6, 3]


async def test_cancel_asks_and_escape_leaves_the_run(open_app: Open, home: Path) -> None:
    made = written.queued()
    async with open_app().run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        for key in ("2", "c", "escape"):
            await pilot.press(key)
            await settled(pilot)
        assert not runs.row(runs.Home(home), made).over
        for key in ("c", "y"):
            await pilot.press(key)
            await settled(pilot)
        assert runs.row(runs.Home(home), made).state == "cancelled"


async def test_space_lets_a_run_rest_and_go_on(open_app: Open, home: Path, called: list[Path]) -> None:
    made = written.queued()
    async with open_app().run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert called == [home], "whoever looks at runs that wait sees to it that somebody trains them"
        for key, state in (("2", "queued"), ("space", "paused"), ("space", "queued")):
            await pilot.press(key)
            await settled(pilot)
            assert runs.row(runs.Home(home), made).state == state
    assert len(called) == 3


def test_every_key_has_one_meaning_in_its_place() -> None:
    for place in ("build", "watch", "pane"):
        keys = [key for entry in KEYS if entry.where in (place, "app") for key in entry.keys.split(",")]
        assert len(keys) == len(set(keys))
    assert not {"ctrl+a", "ctrl+b"} & {key for entry in KEYS for key in entry.keys.split(",")}
