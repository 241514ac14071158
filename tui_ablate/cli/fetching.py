"""Fetching a data set: a child process downloads and prepares it, a bar tells how far it is."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ..data import DataError
from .terminal import clean, console, note

if TYPE_CHECKING:
    from ..runs import Home
    from ..spec import Data

STOP = 10.0
"""Seconds in which the child may tidy up before it is killed."""
QUIET = 5.0
"""Seconds between two plain lines."""


class Told(msgspec.Struct, frozen=True):
    """One line of the child."""

    stage: str
    done: float = 0
    total: float = 0
    sentence: str = ""


def fetch(data: Data, home: Home, *, silent: bool = False) -> None:
    """Download and prepare ``data``; Ctrl-C stops it. Raises DataError with the child's sentence where it fails."""
    command = [sys.executable, "-m", "tui_ablate.train.prepare", "--home", str(home.path)]
    command += ["--data", msgspec.json.encode(data).decode()]
    log = home.path / "prepare.log"
    with (
        log.open("wb") as errors,
        # In a session of its own: Ctrl-C is for us, and we tell the child; its input ends when we are gone.
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, start_new_session=True
        ) as child,
    ):
        try:
            last = _show(_lines(child), silent=silent)
        except BaseException:
            _stop(child)
            raise
    if last.stage == "failed":
        raise DataError(last.sentence or f"{data.name} could not be fetched.")
    if child.returncode or last.stage != "done":
        raise DataError(f"{data.name} could not be fetched: its process ended early. What it printed is in {log}.")


def _lines(child: subprocess.Popen[bytes]) -> Iterator[Told]:
    assert child.stdout is not None
    for line in child.stdout:
        try:
            yield msgspec.json.decode(line, type=Told)
        except msgspec.DecodeError:
            continue  # something a library printed


def _show(lines: Iterator[Told], *, silent: bool) -> Told:
    screen = console(error=True)
    last = Told("")
    if silent or not screen.is_terminal:
        spoken = time.monotonic() - QUIET
        for last in lines:
            if not silent and last.stage not in ("done", "failed") and time.monotonic() - spoken >= QUIET:
                note(_said(last))
                spoken = time.monotonic()
        return last
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[share]}"), TimeRemainingColumn())
    with Progress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task("starting", total=None, share="")
        for last in lines:
            if last.stage not in ("done", "failed"):
                description = clean(last.sentence or last.stage)[:50]
                share = f"{100 * last.done / last.total:.0f} %" if last.total else ""
                bar.update(task, description=description, completed=last.done, total=last.total or None, share=share)
    return last


def _said(told: Told) -> str:
    share = f" {100 * told.done / told.total:.0f} %" if told.total else ""
    return (told.sentence or told.stage) + share


def _stop(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(STOP)
    except subprocess.TimeoutExpired:
        child.kill()
