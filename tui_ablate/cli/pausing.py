"""`pause`, `resume`: runs that rest for a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from .choices import RunOrStudyId
from .program import as_json, verb
from .stopping import ids_of

if TYPE_CHECKING:
    from ..runs import Home


@verb("pause", examples="pause 7k2f3a\npause STUDY")
@click.argument("runs", nargs=-1, required=True, type=RunOrStudyId(), metavar="RUN…")
@as_json
def pause_verb(runs: tuple[str, ...], json: bool) -> None:
    """Let runs rest, or all runs of a study: a waiting one stays out, a running one writes a checkpoint and leaves."""
    from ..runs import pause

    _ask(runs, pause, "paused", "is being paused", json)


@verb("resume", examples="resume 7k2f3a\nresume STUDY")
@click.argument("runs", nargs=-1, required=True, type=RunOrStudyId(), metavar="RUN…")
@as_json
def resume_verb(runs: tuple[str, ...], json: bool) -> None:
    """Let paused runs go on, or those of a study. They end as if they had never been paused."""
    from ..runs import resume

    _ask(runs, resume, "resumed", "waits for a device", json)


def _ask(names: tuple[str, ...], ask: Callable[[Home, str], bool], word: str, done: str, json: bool) -> None:
    from ..runs import Home, ensure_supervisor, row
    from .terminal import print_json, say

    home = Home()
    asked = {run: ask(home, run) for run in ids_of(names)}
    if any(asked.values()):
        ensure_supervisor(home)
    if json:
        print_json([{"id": run, word: did} for run, did in asked.items()])
        return
    for run, did in asked.items():
        say(f"{run}: {done}" if did else f"{run}: {row(home, run).state}, not {word}")
