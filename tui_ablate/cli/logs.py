"""`logs`: what a run's worker printed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click
import msgspec

from .choices import RunId
from .listing import in_care
from .program import as_json, verb

PAUSE = 0.2


@verb("logs", examples="logs 7k2f3a\nlogs 7k2f3a -f\nlogs 7k2f3a -n 20 --json")
@click.argument("run", type=RunId())
@click.option("-f", "--follow", is_flag=True, help="Print on until the run ends.")
@click.option("-n", "--lines", type=click.IntRange(min=0), help="Begin with the last N lines.")
@as_json
def logs_verb(run: str, follow: bool, lines: int | None, json: bool) -> None:
    """Print what the worker of RUN printed. Escape sequences and control characters are left out.

    With --json an object of the run and its lines; with -f too, each line as a JSON string of its own.
    """
    from ..runs import Home, find, row
    from .terminal import clean, print_json

    home = Home()
    run = find(home, run)
    log = _Log(home.run(run) / "log", lines)
    in_care(home)
    if json and not follow:
        print_json({"run": run, "lines": [clean(line) for line in log.new(last=True)]})
        return
    ended = not follow
    while not ended:
        ended = row(home, run).over
        _print(log.new(last=ended), json)
        if not ended:
            in_care(home)
            time.sleep(PAUSE)
    _print(log.new(last=True), json)


def _print(lines: list[str], json: bool) -> None:
    """Print ``lines`` now: whoever follows a log through a pipe waits for them."""
    from .terminal import clean, print_raw, say

    for line in lines:
        if json:
            print_raw(msgspec.json.encode(clean(line)).decode() + "\n")
        else:
            say(line)
    sys.stdout.flush()


class _Log:
    """The log file, read on from where the last reading ended, whole lines at a time."""

    def __init__(self, path: Path, lines: int | None) -> None:
        self.path, self.lines, self.offset, self.held = path, lines, 0, b""

    def new(self, *, last: bool) -> list[str]:
        """The lines that came since; ``last``: the unfinished one too."""
        try:
            with self.path.open("rb") as file:
                file.seek(self.offset)
                new = file.read()
        except FileNotFoundError:
            return []
        self.offset += len(new)
        *whole, self.held = (self.held + new).split(b"\n")
        if last and self.held:
            whole, self.held = [*whole, self.held], b""
        if self.lines is not None:
            whole, self.lines = whole[len(whole) - self.lines :] if self.lines < len(whole) else whole, None
        # a progress bar rewrites its line: only its last state is of interest
        return [line.decode("utf-8", "replace").rstrip("\r").rpartition("\r")[2] for line in whole]
