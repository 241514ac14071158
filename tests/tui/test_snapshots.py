"""Every screen in the states that matter, at the two sizes terminals have, as pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli import written
from tests.tui.conftest import pressing
from tui_ablate.tui.app import TuiAblate

SIZES = [(80, 24), (120, 40)]
pytestmark = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
Open = Callable[..., TuiAblate]

BUILD = {
    "digits": ("digits-residual", ()),
    "resnet_34": ("resnet-34", ()),
    "resnet_152": ("resnet-152", ()),
    "vgg": ("vgg-16", ()),
    "notebook": ("notebook-resnet-34", ()),
    "block": ("resnet-34", ("tab", "down", "enter", "right", "r")),
    "edited": ("resnet-34", ("r", "plus", "w")),
    "plain": ("resnet-34", ("R",)),
    "refused": ("cifar-resnet-20", ("x", "x", "x")),
    "filter": ("resnet-34", ("p", "slash", "v", "g", "g")),
    "presets": ("resnet-34", ("p",)),
    "train": ("digits-residual", ("t",)),
    "save": ("digits-resnet-20", ("R", "s")),
    "help": ("digits-residual", ("question_mark",)),
}


@pytest.mark.parametrize("state", list(BUILD))
def test_build(state: str, size: tuple[int, int], open_app: Open, snap_compare: Any) -> None:
    open_on, keys = BUILD[state]
    assert snap_compare(open_app(open_on), terminal_size=size, run_before=pressing(*keys))


def test_watch_without_runs(size: tuple[int, int], open_app: Open, snap_compare: Any) -> None:
    assert snap_compare(open_app(), terminal_size=size, run_before=pressing("2"))


def test_watch_a_study(size: tuple[int, int], open_app: Open, home: Path, snap_compare: Any) -> None:
    written.study()
    assert snap_compare(open_app(), terminal_size=size, run_before=pressing("2"))


def test_watch_a_study_with_a_failed_run(size: tuple[int, int], open_app: Open, home: Path, snap_compare: Any) -> None:
    written.study(failed=True)
    assert snap_compare(open_app(), terminal_size=size, run_before=pressing("2", "down", "down", "down", "y"))


def test_watch_a_diverged_run_and_a_waiting_one(
    size: tuple[int, int], open_app: Open, home: Path, snap_compare: Any
) -> None:
    written.queued()
    written.run(state="diverged", sentence="The loss was not finite at step 31 of epoch 4.")
    assert snap_compare(open_app(), terminal_size=size, run_before=pressing("2"))


def test_cancel_asks(size: tuple[int, int], open_app: Open, home: Path, snap_compare: Any) -> None:
    written.queued()
    assert snap_compare(open_app(), terminal_size=size, run_before=pressing("2", "c"))
