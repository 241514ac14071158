"""`cancel`, `rm`: runs that are no longer wanted."""

from __future__ import annotations

import click

from .choices import RunOrStudyId
from .listing import in_care
from .program import as_json, verb


def ids_of(given: tuple[str, ...]) -> list[str]:
    """The ids of runs that ``given`` name: runs themselves, or all runs of a study."""
    from ..runs import Home, RunsError, find, study

    home = Home()
    ids: list[str] = []
    for name in given:
        try:
            ids.append(find(home, name))
        except RunsError:
            try:
                ids += [row.id for row in study(home, name).runs]
            except RunsError:
                find(home, name)
    return list(dict.fromkeys(ids))


@verb("cancel", examples="cancel 7k2f3a\ncancel 7k2f3a 7k2f4c\ncancel STUDY")
@click.argument("runs", nargs=-1, required=True, type=RunOrStudyId(), metavar="RUN…")
@as_json
def cancel_verb(runs: tuple[str, ...], json: bool) -> None:
    """Stop runs for good, or all runs of a study. What they have written down stays."""
    from ..runs import Home, cancel, row
    from .terminal import print_json, say

    home = Home()
    asked = {run: cancel(home, run) for run in ids_of(runs)}
    if any(asked.values()):
        in_care(home)
    if json:
        print_json([{"id": run, "cancelled": done} for run, done in asked.items()])
        return
    for run, done in asked.items():
        say(f"{run}: is being cancelled" if done else f"{run}: had already ended ({row(home, run).state})")


@verb("rm", examples="rm 7k2f3a\nrm -y 7k2f3a 7k2f4c")
@click.argument("runs", nargs=-1, required=True, type=RunOrStudyId(), metavar="RUN…")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@as_json
def rm_verb(runs: tuple[str, ...], yes: bool, json: bool) -> None:
    """Remove ended runs from disk, with all they have written: journal, log, model. Asks first."""
    from ..runs import Home, RunsError, remove, row
    from .terminal import note, print_json, say

    home = Home()
    in_care(home)
    chosen = [row(home, run) for run in ids_of(runs)]
    open_ = [one.id for one in chosen if not one.over]
    if open_:
        raise RunsError(f"Not ended yet: {', '.join(open_)}. Cancel first: tui-ablate cancel {' '.join(open_)}")
    if not yes:
        for one in chosen:
            note(f"{one.id}  {one.name}, seed {one.seed}, {one.state}")
        many = f"these {len(chosen)} runs" if len(chosen) > 1 else "this run"
        if not _sure(f"Remove {many} for good?"):
            say("Nothing was removed.")
            return
    for one in chosen:
        remove(home, one.id)
    if json:
        print_json([{"id": one.id, "removed": True} for one in chosen])
    else:
        say(f"Removed {len(chosen)} run{'s' * (len(chosen) != 1)}.")


def _sure(question: str) -> bool:
    """The answer to ``question``. Raises RunsError where none can come."""
    from ..runs import RunsError

    try:
        return click.confirm(question, err=True)
    except click.Abort as aborted:
        if isinstance(aborted.__context__, EOFError):
            click.echo(err=True)
            raise RunsError("Nothing was removed: there was no answer. Without a terminal say -y.") from None
        raise
