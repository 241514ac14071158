"""``python -m tui_ablate.train.worker --home H [RUN_ID]``: trains that run, then those it reads on standard input.

One run id a line; at end of input it leaves, and where runs are still open sees to it that somebody has them in care.
Output of each run goes to its own log. TensorFlow is imported after the first run is claimed, so that even its import
can be cancelled.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from .. import journal
from ..spec.runfile import RunFile, read_run
from . import checkpoint, endings
from .endings import Ending
from .setup import Setup, start, wanted
from .watcher import LOADING, Stopped, Watcher

ROOM_SECONDS = 60.0
"""How long a worker waits for room to write how its run ended."""
LOOK_SECONDS = 0.5


class Worker:
    """A process that trains runs of one home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.watcher = Watcher()
        self._setup: Setup | None = None
        self._trainer: Any = None
        self._journal: journal.Journal | None = None

    def take(self, run_id: str) -> None:
        """Train the run ``run_id`` if it is free: not ended, not another's. Never raises for what ends a run."""
        folder = self.home / "runs" / run_id
        if journal.read_exit(folder) is not None:
            self._close_marker(run_id)
            return
        claim = journal.claim(folder)
        if claim is None:
            print(f"run {run_id} is another worker's", file=sys.stderr)
            return
        _point_output_at(folder / "log")
        self.watcher.stage = "before it started"
        self.watcher.attend(folder, claim, lambda stopped: self._end_by_force(run_id, stopped))
        try:
            ending, metrics = self._train(run_id, folder)
        except Stopped as stopped:
            if stopped.leaves:
                self._leave(run_id)
                return
            ending, metrics = endings.of(stopped, self.watcher.stage), {}
        except Exception as error:
            if not isinstance(error, endings.FORESEEN):
                _print_traceback()
            ending, metrics = endings.of(error, self.watcher.stage), endings.metrics_of(error)
        self._end(run_id, ending, metrics)
        if ending.fresh:
            self.begin_anew()

    def begin_anew(self, run_id: str | None = None) -> NoReturn:
        """Become a fresh process, which goes on with ``run_id`` or with what standard input says."""
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):
                stream.flush()
        command = [sys.executable, "-m", "tui_ablate.train.worker", "--home", str(self.home)]
        os.execv(sys.executable, command + ([run_id] if run_id else []))

    def _train(self, run_id: str, folder: Path) -> tuple[Ending, dict[str, float | None]]:
        run = read_run(folder)
        self._prepare_process(run, run_id)
        self._journal = journal.Journal(folder / journal.JOURNAL)
        result = self._trainer.train(run.experiment, run.seed, folder, self._tell, run.environment.device)
        planned = run.experiment.training.epochs
        return endings.done(result.metrics, result.epoch, result.epochs, planned), result.metrics

    def _prepare_process(self, run: RunFile, run_id: str) -> None:
        setup = wanted(run.environment, run.experiment.training.deterministic)
        if self._setup is None:
            self.watcher.stage = LOADING
            start(setup)
            from .trainer import Trainer

            self._setup = setup
            self._trainer = Trainer(self.home, setup.threads, self.watcher)
            self.watcher.pulse()
        elif setup != self._setup:
            with self.watcher.lock:
                self.begin_anew(run_id)

    def _tell(self, event: Any) -> None:
        with self.watcher.lock:
            assert self._journal is not None
            self._journal.write(event)

    def _end(self, run_id: str, ending: Ending, metrics: dict[str, float | None]) -> None:
        """Write the run's last words. Where even they find no room for long, leave: the supervisor says so."""
        with self.watcher.lock:
            folder = self.home / "runs" / run_id
            now = time.time()
            try:
                book = self._journal or journal.Journal(folder / journal.JOURNAL)
                book.write(journal.Ended(t=now, state=ending.state, sentence=ending.sentence))
                book.close()
            except OSError:
                _print_traceback()
            self._journal = None
            last = journal.Exit(state=ending.state, sentence=ending.sentence, ended=now, metrics=metrics)
            _write_when_there_is_room(folder, last)
            for verb in ("cancel", "pause"):
                journal.clear_request(folder, verb)
            self._close_marker(run_id)
            if ending.state == "done":
                checkpoint.remove(folder)
            journal.release(folder)
            self.watcher.leave()

    def _leave(self, run_id: str) -> None:
        """Let go of the run, which is open still: its checkpoint is what the next worker goes on from."""
        with self.watcher.lock:
            if self._journal is not None:
                self._journal.close()
                self._journal = None
            journal.release(self.home / "runs" / run_id)
            self.watcher.leave()

    def _end_by_force(self, run_id: str, stopped: Stopped) -> NoReturn:
        """The watcher's way out where the main thread is stuck in a long call."""
        if stopped.leaves:
            self._leave(run_id)
        else:
            self._end(run_id, endings.of(stopped, self.watcher.stage), {})
        if self.watcher.terminated:
            os._exit(0)
        self.begin_anew()

    def _close_marker(self, run_id: str) -> None:
        (self.home / "open" / run_id).unlink(missing_ok=True)


def _write_when_there_is_room(folder: Path, last: journal.Exit) -> None:
    give_up = time.monotonic() + ROOM_SECONDS
    while True:
        try:
            journal.write_exit(folder, last)
            return
        except OSError:
            if time.monotonic() > give_up or not folder.is_dir():
                _print_traceback()
                os._exit(journal.UNWRITTEN)
        time.sleep(LOOK_SECONDS)


def _print_traceback() -> None:
    with suppress(OSError):  # the log may lie on the disk that is full
        traceback.print_exc()


def _rests(folder: Path) -> bool:
    """As runs.queue.rests."""
    requests = journal.requests(folder)
    return "pause" in requests and "cancel" not in requests and journal.read_claim(folder) is None


def call_supervisor(home: Path) -> None:
    """Have a supervisor started unless one works, where runs wait: ours may have been killed."""
    opened = [entry.name for entry in (home / "open").glob("*") if not entry.name.startswith(".")]
    if all(_rests(home / "runs" / run_id) for run_id in opened):
        return
    command = [sys.executable, "-m", "tui_ablate.runs.supervisor", "--home", str(home), "--detach"]
    subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)


def _point_output_at(log: Path) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    os.close(descriptor)


def _next_line() -> str | None:
    """The next line of standard input; None at its end. Reads no byte too many: the process may be replaced."""
    line = b""
    while byte := os.read(0, 1):
        if byte == b"\n":
            return line.decode()
        line += byte
    return line.decode() or None


def main() -> None:
    """Take the run of the command line, then each that standard input names."""
    parser = argparse.ArgumentParser(prog="python -m tui_ablate.train.worker", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the folder that holds runs/ and open/")
    parser.add_argument("run_id", nargs="?", help="the first run to train; else the first line of standard input")
    given = parser.parse_args()
    worker = Worker(given.home.absolute())
    run_id = given.run_id or _next_line()
    while run_id is not None:
        if run_id.strip():
            worker.take(run_id.strip())
        run_id = None if worker.watcher.terminated else _next_line()
    if not worker.watcher.terminated:  # whoever ended us wants nothing started
        call_supervisor(worker.home)


if __name__ == "__main__":
    main()
