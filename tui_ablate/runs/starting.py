"""Starting the supervisor of a home, unless one works there."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys

from .environment import freeze, thawed
from .home import Home, ids_in
from .queue import rests

LOG_LIMIT = 256 * 1024
"""Bytes of the supervisor's log; beyond, it begins anew."""


def take_lock(home: Home) -> int | None:
    """The supervisor's lock on ``home`` for this host, as a descriptor; None where another process holds it."""
    descriptor = os.open(home.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def ensure_supervisor(home: Home) -> None:
    """Start a supervisor if none works here and not all open runs rest; it outlives this process and terminal.

    Raises OSError where the home cannot be written or no process can be started.
    """
    if all(rests(home, run_id) for run_id in ids_in(home.open)):
        return
    held = take_lock(home)
    if held is None:
        return
    os.close(held)
    command = [sys.executable, "-m", "tui_ablate.runs.supervisor", "--home", str(home.path)]
    log = os.open(home.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        keep_short(log)
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=thawed(freeze(), os.environ),
            start_new_session=True,
        )
    finally:
        os.close(log)


def keep_short(log: int) -> None:
    """Empty the log behind a descriptor when it has grown past LOG_LIMIT."""
    if os.fstat(log).st_size > LOG_LIMIT:
        os.ftruncate(log, 0)
