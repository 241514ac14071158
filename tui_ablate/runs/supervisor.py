"""``python -m tui_ablate.runs.supervisor --home H``: works through ``open/`` until nothing is open, then leaves.

One a home and host, held by a lock. It owns no run: killed, its workers go on, and the next supervisor
finds them by their claims.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
import traceback
from pathlib import Path

from .devices import gpus
from .dispatch import Dispatcher
from .engine import Engine, LocalEngine
from .home import Home, ids_in
from .starting import keep_short, take_lock

POLL_SECONDS = 0.2
LINGER_SECONDS = 5.0
"""How long it waits for more with nothing open."""
TROUBLE_SECONDS = 5.0
"""How long it waits after the home could not be read or written."""


def say(line: str) -> None:
    """A line in the log, which stays short."""
    keep_short(sys.stdout.fileno())
    print(time.strftime("%Y-%m-%d %H:%M:%S"), os.getpid(), line, flush=True)


def supervise(home: Home, engine: Engine | None = None) -> None:
    """Work until nothing is open, if no other supervisor does."""
    while home.open.is_dir() and (held := take_lock(home)) is not None:
        dispatcher = Dispatcher(home, engine or LocalEngine(home), gpus(), say)
        try:
            _work(dispatcher)
        finally:
            dispatcher.dismiss()
            os.close(held)
        if not set(ids_in(home.open)) - dispatcher.refused:
            return  # nothing was queued between the last look and the lock's release


def _work(dispatcher: Dispatcher) -> None:
    busy = time.monotonic()
    while time.monotonic() - busy < LINGER_SECONDS:
        try:
            if dispatcher.turn():
                busy = time.monotonic()
            time.sleep(POLL_SECONDS)
        except OSError:
            # A full disk or a file server that is away passes; runs do not depend on us.
            say(traceback.format_exc())
            if not dispatcher.home.path.is_dir():
                return
            time.sleep(TROUBLE_SECONDS)


def main() -> None:
    """The process."""
    parser = argparse.ArgumentParser(prog="python -m tui_ablate.runs.supervisor", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the folder that holds runs/ and open/")
    given = parser.parse_args()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    supervise(Home(given.home))


if __name__ == "__main__":
    main()
