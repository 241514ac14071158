"""A thread that beats the claim's heart and hears requests and signals, whatever the main thread is stuck in.

The main thread is asked first, which looks between chunks: to end the run (a cancel), or to write a checkpoint and
leave it (a pause, a signal). Where it does not come in time (it imports TensorFlow, traces, or waits for one long
call), the thread ends or leaves the run itself and replaces the process by a fresh one: nothing has to be raised into
the middle of TensorFlow.
"""

from __future__ import annotations

import os
import select
import signal
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from .. import journal

LOOK_SECONDS = 0.1
BEAT_SECONDS = 10.0
GRACE = 0.45
"""Seconds the main thread has to end a run that should stop, where it looks …"""
LEAVE_GRACE = 20.0
"""… and to leave one: a checkpoint of a large network takes its time."""
LOADING = "while TensorFlow was loading"
COMPILING = "while its network was compiled"
FIRST = "before its first step"
DEAF = frozenset({LOADING, COMPILING, FIRST})
"""Stages in which the main thread is inside one long call and will not look: nothing is gained by waiting for it."""


class Stopped(Exception):
    """The run should end now, as a person asked; or (``leaves``) be left, to go on from its checkpoint later.

    ``signal`` is what the process was sent, None where the run was cancelled or paused.
    """

    def __init__(self, number: int | None = None, *, leaves: bool = False) -> None:
        super().__init__("stopped")
        self.signal, self.leaves = number, leaves


class Watcher:
    """Watches one run at a time. ``lock`` is held by whoever writes the run's files; ``stage`` says where it is."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.stage = ""
        self._folder: Path | None = None
        self._claim: journal.Claim | None = None
        self._end: Callable[[Stopped], None] | None = None
        self._asked: Stopped | None = None
        self._since = 0.0
        self._signal: int | None = None
        self._heard, told = os.pipe()
        os.set_blocking(told, False)
        signal.set_wakeup_fd(told, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
            signal.signal(number, lambda *_: None)
        threading.Thread(target=self._watch, name="watcher", daemon=True).start()

    def attend(self, folder: Path, claim: journal.Claim, end: Callable[[Stopped], None]) -> None:
        """Watch the run in ``folder``. ``end`` writes its end, and does not return, if the main thread is stuck."""
        with self.lock:
            self._folder, self._claim, self._end = folder, claim, end
            self._asked = None

    def leave(self) -> None:
        """The run has ended."""
        with self.lock:
            self._folder = None

    @property
    def leaving(self) -> Stopped | None:
        """What asks for the run to be left, if anything does."""
        return self._asked if self._asked is not None and self._asked.leaves else None

    def stay(self) -> None:
        """The pause that was asked for cannot be had: take it back. The caller holds ``lock``."""
        if self._folder is not None:
            journal.clear_request(self._folder, "pause")
        self._asked = None

    @property
    def terminated(self) -> bool:
        """Whether the process was sent a signal to leave."""
        return self._signal is not None

    def pulse(self) -> None:
        """Raises Stopped where the run should end, or be left."""
        if self._asked is not None:
            raise self._asked

    def _watch(self) -> None:
        beaten = time.monotonic()
        while True:
            ready, _, _ = select.select([self._heard], [], [], LOOK_SECONDS)
            if ready:
                self._signal = os.read(self._heard, 1)[0]
            try:
                self._look()
                if time.monotonic() - beaten > BEAT_SECONDS:
                    beaten = time.monotonic()
                    self._beat()
            except OSError:
                # A full disk or a vanished folder must not end the watch; the main thread will say what it met.
                traceback.print_exc()

    def _look(self) -> None:
        folder = self._folder
        if folder is None:
            if self._signal is not None:
                os._exit(0)
            return
        if self._asked is None or self._asked.leaves:
            wanted = self._wanted(folder)
            if wanted is not None and (self._asked is None or not wanted.leaves):
                self._asked, self._since = wanted, time.monotonic()
        grace = 0.0 if self.stage in DEAF else LEAVE_GRACE if self.leaving else GRACE
        if self._asked is not None and time.monotonic() - self._since >= grace:
            with self.lock:
                if self._folder is folder and self._end is not None:
                    self._end(self._asked)

    def _wanted(self, folder: Path) -> Stopped | None:
        requests = journal.requests(folder)
        if "cancel" in requests:
            return Stopped()
        if self._signal is not None:
            return Stopped(self._signal, leaves=True)
        return Stopped(leaves=True) if "pause" in requests else None

    def _beat(self) -> None:
        with self.lock:
            if self._folder is not None and self._claim is not None:
                self._claim = journal.beat(self._folder, self._claim)
