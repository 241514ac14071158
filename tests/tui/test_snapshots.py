"""Every screen in the states that matter, at the two sizes terminals have, as pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli import written
from tests.tui.conftest import pressing
from tui_ablate.tui.app import TuiAblate


def at(*sizes: tuple[int, int]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("size", sizes, ids=lambda size: f"{size[0]}x{size[1]}")


both = at((80, 24), (120, 40))
Open = Callable[..., TuiAblate]

BUILD = {
    "digits": ("digits-residual", ()),
    "resnet_34": ("resnet-34", ()),
    "resnet_152": ("resnet-152", ()),
    "vgg": ("vgg-16", ()),
    "notebook": ("notebook-resnet-34", ()),
    "block": ("resnet-34", ("p", "enter", "down", "enter", "right", "r")),
    "edited": ("resnet-34", ("r", "plus", "w")),
    "plain": ("resnet-34", ("R",)),
    "refused": ("cifar-resnet-20", ("x", "x", "x")),
    "filter": ("resnet-34", ("p", "slash", "v", "g", "g")),
    "presets": ("resnet-34", ("p",)),
    "train": ("digits-residual", ("t",)),
    "save": ("digits-resnet-20", ("R", "s")),
    "help": ("digits-residual", ("question_mark",)),
}


@both
@pytest.mark.parametrize("state", list(BUILD))
def test_build(state: str, size: tuple[int, int], open_app: Open, snap_compare: Any) -> None:
    open_on, keys = BUILD[state]
    assert snap_compare(open_app(open_on), terminal_size=size, run_before=pressing(*keys))


@both
def test_watch_without_runs(size: tuple[int, int], open_app: Open, snap_compare: Any) -> None:
    assert snap_compare(open_app(), terminal_size=size, run_before=pressing("2"))


@both
def test_watch_a_study(size: tuple[int, int], open_app: Open, home: Path, snap_compare: Any) -> None:
    written.study()
    assert snap_compare(open_app(), terminal_size=size, run_before=pressing("2"))


@both
def test_watch_a_study_with_a_failed_run(size: tuple[int, int], open_app: Open, home: Path, snap_compare: Any) -> None:
    written.study(failed=True)
    assert snap_compare(open_app(), terminal_size=size, run_before=pressing("2", "down", "down", "down", "y"))


@both
def test_watch_a_diverged_run_and_a_waiting_one(
    size: tuple[int, int], open_app: Open, home: Path, snap_compare: Any
) -> None:
    written.queued()
    written.run(state="diverged", sentence="The loss was not finite at step 31 of epoch 4.")
    assert snap_compare(open_app(), terminal_size=size, run_before=pressing("2"))


@both
def test_cancel_asks(size: tuple[int, int], open_app: Open, home: Path, snap_compare: Any) -> None:
    written.queued()
    assert snap_compare(open_app(), terminal_size=size, run_before=pressing("2", "c"))


@both
@pytest.mark.parametrize("keys", [("2",), ("2", "p")], ids=["runs", "list"])
def test_watch_two_studies(
    keys: tuple[str, ...], size: tuple[int, int], open_app: Open, home: Path, snap_compare: Any
) -> None:
    written.study()
    written.run(preset="digits-plain-20", error=0.5)
    assert snap_compare(open_app(), terminal_size=size, run_before=pressing(*keys))


@at((60, 20), (40, 10), (200, 60))
@pytest.mark.parametrize("keys", [(), ("t",), ("2",)], ids=["build", "train", "watch"])
def test_other_terminals(
    keys: tuple[str, ...], size: tuple[int, int], open_app: Open, home: Path, snap_compare: Any
) -> None:
    written.study()
    assert snap_compare(open_app("digits-residual"), terminal_size=size, run_before=pressing(*keys))
