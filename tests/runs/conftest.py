"""A home with runs in it, and supervisors over workers that train nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tui_ablate import journal
from tui_ablate.runs import Home, Row, row, submit
from tui_ablate.spec import load
from tui_ablate.spec.experiment import Experiment

ROOT = Path(__file__).parent.parent.parent


def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


class Place:
    """A home for a test. Every process it started is gone when the test ends."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.experiment: Experiment = load("digits-resnet-20")
        self.supervisors: list[subprocess.Popen[bytes]] = []

    def queue(self, *behaviours: str) -> list[str]:
        """A run each; they may begin only once all behave."""
        ids = submit(self.home, self.experiment, range(len(behaviours)), device="cpu")
        for run_id, behaviour in zip(ids, behaviours, strict=True):
            (self.home.run(run_id) / "behaviour").write_text(behaviour)
        return ids

    def supervise(self) -> subprocess.Popen[bytes]:
        with self.home.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("fake_supervisor.py")), str(self.home.path)],
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.supervisors.append(process)
        return process

    def row(self, run_id: str) -> Row:
        return row(self.home, run_id)

    def wait(self, run_id: str, state: str) -> Row:
        until(lambda: self.row(run_id).state == state)
        return self.row(run_id)

    def journal(self, run_id: str) -> Path:
        return self.home.run(run_id) / journal.JOURNAL

    def pid(self, run_id: str) -> int:
        events = journal.read(self.journal(run_id))
        (started,) = [event for event in events if isinstance(event, journal.Started)]
        return started.pid

    def finish(self, run_id: str) -> None:
        (self.home.run(run_id) / "end").touch()


@pytest.fixture
def place(home: Path) -> Iterator[Place]:
    made = Place(Home(home))
    yield made
    for process in made.supervisors:
        process.kill()
        process.wait()
    for folder in made.home.runs.iterdir():
        claim = journal.read_claim(folder)
        if claim is not None and claim.pid != os.getpid() and journal.alive(claim):
            os.kill(claim.pid, 9)
