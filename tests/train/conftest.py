"""Small experiments on the digits, and a home with a run in it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tui_ablate import journal
from tui_ablate.spec.experiment import Experiment
from tui_ablate.spec.load import load, load_text
from tui_ablate.spec.runfile import Environment, make_run, run_yaml

TINY = """
model:
  stem: none
  stages: [{block: basic, repeat: 1, channels: 4, stride: 2}]
data: {name: digits, validation: 0.2, batch_size: 128}
training:
  epochs: 2
  optimizer: {name: sgd, learning_rate: 0.05, momentum: 0.9}
"""


@pytest.fixture
def tiny() -> Callable[..., Experiment]:
    """A network that trains two epochs in a moment, with fields set: tiny("training.l2=0.1")."""
    return lambda *sets: load_text(TINY, sets=sets)


class Workshop:
    """A home, runs queued in it as the queue does, and workers started on them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "open").mkdir()
        self.processes: list[subprocess.Popen[bytes]] = []

    def queue(self, run_id: str, experiment: Experiment | str, seed: int = 0, **environment: Any) -> Path:
        if isinstance(experiment, str):
            experiment = load(experiment)
        folder = self.home / "runs" / run_id
        folder.mkdir(parents=True)
        settings = {"threads": 2, "device": "cpu"} | environment
        run = make_run(
            id=run_id,
            experiment=experiment,
            seed=seed,
            queued=time.time(),
            environment=Environment(python=sys.executable, **settings),
        )
        (folder / "experiment.yaml").write_bytes(run_yaml(run))
        (self.home / "open" / run_id).touch()
        return folder

    def worker(self, run_id: str, **options: Any) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tui_ablate.train.worker", "--home", str(self.home), run_id]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, **options)
        self.processes.append(process)
        return process

    def work(self, *run_ids: str, **options: Any) -> int:
        """Train the runs in one worker, offering each when the one before has ended; the worker's exit status."""
        process = self.worker(run_ids[0], **options)
        assert process.stdin is not None
        for before, run_id in pairwise(run_ids):
            self.ended(before)
            process.stdin.write(f"{run_id}\n".encode())
            process.stdin.flush()
        process.stdin.close()
        return process.wait(timeout=120)

    def until(self, what: Callable[[], Any], seconds: float = 60) -> Any:
        """Wait for ``what`` to be true; a test fails when it is not in time."""
        end = time.monotonic() + seconds
        while not (found := what()):
            if time.monotonic() > end:
                raise AssertionError("it did not happen in time")
            time.sleep(0.01)
        return found

    def ended(self, run_id: str) -> journal.Exit:
        return self.until(lambda: journal.read_exit(self.home / "runs" / run_id))

    def events(self, run_id: str) -> list[Any]:
        return journal.read(self.home / "runs" / run_id / journal.JOURNAL)


@pytest.fixture
def workshop(tmp_path: Path) -> Any:
    shop = Workshop(tmp_path)
    yield shop
    for process in shop.processes:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdin is not None:
            process.stdin.close()
