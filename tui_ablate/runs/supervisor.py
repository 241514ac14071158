"""``python -m tui_ablate.runs.supervisor --home H``: works through ``open/`` until nothing is open, then leaves.

One a home and host, held by a lock. It owns no run: killed, its workers go on, and the next supervisor
finds them by their claims. With ``--detach`` one is started where none works, as any verb does: that is how
a worker which leaves calls for one.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path

from .devices import gpus
from .dispatch import Dispatcher
from .engine import Engine, LocalEngine
from .home import Home, ids_in
from .queue import rests
from .starting import ensure_supervisor, keep_short, take_lock

POLL_SECONDS = 0.2
LINGER_SECONDS = 5.0
"""How long it waits for more with nothing open."""
TROUBLE_SECONDS = 5.0
"""How long it waits after the home could not be read."""


def say(line: str) -> None:
    """A line in the log, which stays short. On a full disk it is lost: nothing depends on it."""
    log = sys.stdout.fileno()
    with suppress(OSError):
        keep_short(log)
        os.write(log, f"{time.strftime('%Y-%m-%d %H:%M:%S')} {os.getpid()} {line}\n".encode())


def supervise(home: Home, engine: Engine | None = None) -> None:
    """Work until nothing is open, if no other supervisor does."""
    while home.open.is_dir() and (held := take_lock(home)) is not None:
        dispatcher = Dispatcher(home, engine or LocalEngine(home), gpus(), say)
        try:
            _work(dispatcher)
        finally:
            dispatcher.dismiss()
            os.close(held)
        if not any(not rests(home, run_id) for run_id in set(ids_in(home.open)) - dispatcher.refused):
            return  # nothing was queued between the last look and the lock's release


def _work(dispatcher: Dispatcher) -> None:
    busy = time.monotonic()
    while time.monotonic() - busy < LINGER_SECONDS:
        try:
            if dispatcher.turn():
                busy = time.monotonic()
            time.sleep(POLL_SECONDS)
        except OSError:
            # A file server that is away comes back, and our workers must find us then.
            say(traceback.format_exc())
            if not dispatcher.home.path.is_dir():
                return
            time.sleep(TROUBLE_SECONDS)
            busy = time.monotonic()


def main() -> None:
    """The process."""
    parser = argparse.ArgumentParser(prog="python -m tui_ablate.runs.supervisor", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the folder that holds runs/ and open/")
    parser.add_argument("--detach", action="store_true", help="start one of its own session, unless one works")
    given = parser.parse_args()
    if given.detach:
        ensure_supervisor(Home(given.home))
        return
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    supervise(Home(given.home))


if __name__ == "__main__":
    main()
