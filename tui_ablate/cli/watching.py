"""Looking on while runs train: Ctrl-C stops looking, a second one within three seconds cancels them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ..runs import Home, Row, cancel, ensure_supervisor, row
from .program import NAME
from .progress import Progress
from .terminal import note

PAUSE = 0.25
AGAIN = 3.0
"""Seconds in which a second Ctrl-C cancels."""
CARE = 5.0
"""Seconds between two looks whether the supervisor is there."""

Look = Callable[[], tuple[Sequence[Row], float | None]]


class StoppedWatching(Exception):
    """Ctrl-C: the runs go on, or were cancelled by the second one."""


def watch(home: Home, look: Look, progress: Progress, again: str) -> Sequence[Row]:
    """Show what ``look`` returns until all runs have ended; returns the last rows.

    ``again`` is the command that shows them again. Raises StoppedWatching after Ctrl-C, and where all that are left are
    paused.
    """
    rows: Sequence[Row] = ()
    try:
        with progress:
            cared = time.monotonic()
            while True:
                rows, seconds_left = look()
                progress.show(rows, seconds_left)
                if all(one.over for one in rows):
                    return rows
                if all(one.over or one.state == "paused" for one in rows):
                    break
                if time.monotonic() - cared > CARE:
                    ensure_supervisor(home)
                    cared = time.monotonic()
                time.sleep(PAUSE)
    except KeyboardInterrupt:
        _stop(home, look, again)
    else:
        resting = " ".join(one.id for one in rows if not one.over)
        note(f"Paused. To let it go on: {NAME} resume {resting}")
    raise StoppedWatching


def rows_of(home: Home, ids: Sequence[str]) -> Look:
    """A look at the runs ``ids``; of one run also the time it still takes."""

    def look() -> tuple[Sequence[Row], float | None]:
        rows = [row(home, run) for run in ids]
        return rows, rows[0].seconds_left if len(rows) == 1 else None

    return look


def _stop(home: Home, look: Look, again: str) -> None:
    note(f"Stopped watching; training goes on. To look again: {NAME} {again}")
    note("Ctrl-C again within three seconds cancels it.")
    try:
        time.sleep(AGAIN)
    except KeyboardInterrupt:
        rows, _ = look()
        count = sum(cancel(home, one.id) for one in rows)
        ensure_supervisor(home)
        note(f"Cancelled {count} run{'s' * (count != 1)}.")
