"""An app on a home prepared by the test, with fixed ids, and a wait for all that it reads."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tui_ablate import runs
from tui_ablate.tui.app import TuiAblate


@pytest.fixture(autouse=True)
def fixed_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs and studies get the same ids in every run of a test."""
    numbers = itertools.count(1)

    def new_ids(count: int, now: float | None = None) -> list[str]:
        return [f"a0000{next(numbers):04d}" for _ in range(count)]

    for module in ("queue", "studies"):
        monkeypatch.setattr(importlib.import_module(f"tui_ablate.runs.{module}"), "new_ids", new_ids)


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run was queued at five past two."""
    monkeypatch.setattr("tui_ablate.tui.widgets.groups.moment", lambda seconds, now: "14:05")


@pytest.fixture(autouse=True)
def called(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Homes for which a supervisor was called; none is started: runs of these tests stay as they are."""
    homes: list[Path] = []
    monkeypatch.setattr(runs, "ensure_supervisor", lambda home: homes.append(home.path))
    return homes


@pytest.fixture
def open_app(home: Path) -> Callable[..., TuiAblate]:
    """Makes the app on this test's home."""

    def make(open_on: str | None = None) -> TuiAblate:
        return TuiAblate(open_on, home)

    return make


async def settled(pilot: Pilot[None]) -> None:
    """Wait until everything that was asked for is read and drawn."""
    for _ in range(3):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def pressing(*keys: str) -> Callable[[Pilot[None]], object]:
    """For snap_compare: press keys one by one, each answered before the next."""

    async def before(pilot: Pilot[None]) -> None:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)

    return before
