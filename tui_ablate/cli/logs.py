"""`logs`: what a run's worker printed."""

from __future__ import annotations

import time
from pathlib import Path

import click

from .choices import RunId
from .program import verb

PAUSE = 0.2


@verb("logs", examples="logs 7k2f3a\nlogs 7k2f3a -f\nlogs 7k2f3a -n 20")
@click.argument("run", type=RunId())
@click.option("-f", "--follow", is_flag=True, help="Print on until the run ends.")
@click.option("-n", "--lines", type=click.IntRange(min=0), help="Begin with the last N lines.")
def logs_verb(run: str, follow: bool, lines: int | None) -> None:
    """Print what the worker of RUN printed. Escape sequences and control characters are left out."""
    from ..runs import Home, ensure_supervisor, find, row

    home = Home()
    run = find(home, run)
    log = _Log(home.run(run) / "log", lines)
    log.print_new(last=not follow)
    while follow:
        ended = row(home, run).over
        log.print_new(last=ended)
        if ended:
            break
        ensure_supervisor(home)
        time.sleep(PAUSE)
    log.print_new(last=True)


class _Log:
    """The log file, read on from where the last reading ended, whole lines at a time."""

    def __init__(self, path: Path, lines: int | None) -> None:
        self.path, self.lines, self.offset, self.held = path, lines, 0, b""

    def print_new(self, *, last: bool = False) -> None:
        from .terminal import say

        try:
            with self.path.open("rb") as file:
                file.seek(self.offset)
                new = file.read()
        except FileNotFoundError:
            return
        self.offset += len(new)
        *whole, self.held = (self.held + new).split(b"\n")
        if last and self.held:
            whole, self.held = [*whole, self.held], b""
        if self.lines is not None:
            whole, self.lines = whole[len(whole) - self.lines :] if self.lines < len(whole) else whole, None
        for line in whole:
            # a progress bar rewrites its line: only its last state is of interest
            say(line.decode("utf-8", "replace").rstrip("\r").rpartition("\r")[2])
