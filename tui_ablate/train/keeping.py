"""When a run's checkpoint is written: at epochs' ends, every few minutes, and when it is left."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .. import journal
from . import checkpoint
from .loop import Run
from .watcher import Watcher

EVERY_SECONDS = 300.0
WORTH = 20
"""At an epoch's end one is written when this many times what the last took have passed: 5 % of the time at most."""


class Keeper:
    """Called by a run where it could be left; raises Stopped once it is, its checkpoint written."""

    def __init__(self, run: Run, folder: Path, watcher: Watcher, tell: Callable[[Any], None]) -> None:
        self.run, self.folder, self.watcher, self.tell = run, folder, watcher, tell
        self._written, self._took = time.monotonic(), 0.0
        self._warned = False

    def __call__(self, epoch_ends: bool) -> None:
        waited = time.monotonic() - self._written
        leaving = self.watcher.leaving
        written = True
        if leaving or waited > EVERY_SECONDS or (epoch_ends and waited > WORTH * self._took):
            written = self._write()
        if not leaving:
            return
        with self.watcher.lock:
            if leaving.signal is None and not written:
                self.watcher.stay()
                self.tell(journal.Warning(t=time.time(), sentence="Not paused: its checkpoint could not be written."))
                return
            if leaving.signal is None:
                self.tell(journal.Paused(t=time.time(), epoch=self.run.at.epoch, step=self.run.step))
            raise leaving

    def _write(self) -> bool:
        """Write a checkpoint; whether there is one now of where the run is."""
        if not self.run.network.finite():
            return False  # the loop will say so; what was written before stays
        began = time.monotonic()
        try:
            with self.watcher.lock:
                checkpoint.write(self.folder, *self.run.state())
                self.tell(journal.Checkpoint(t=time.time(), epoch=self.run.at.epoch, step=self.run.step))
        except OSError as error:
            if not self._warned:
                self._warned = True
                why = error.strerror or str(error)
                self.tell(journal.Warning(t=time.time(), sentence=f"No checkpoint could be written ({why})."))
            self._written, self._took = time.monotonic(), EVERY_SECONDS  # no epoch's end tries it again soon
            return False
        self._written = time.monotonic()
        self._took = self._written - began
        return True
