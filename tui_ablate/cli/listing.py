"""`ls`, `show`: which runs there are, and one of them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import click

from .choices import RunOrStudyId
from .program import as_json, verb

if TYPE_CHECKING:
    from ..runs import Home, Row

WIDE = 100
"""Columns from which the list has room for all that is known of a run."""


def in_care(home: Home) -> None:
    """Have a supervisor started unless one works: open runs must not wait for whoever trains next.

    A home that can only be read is looked at all the same.
    """
    from ..runs import ensure_supervisor

    with suppress(OSError):
        ensure_supervisor(home)


@verb("ls", examples="ls\nls --state failed\nls --study STUDY\nls --json")
@click.option("--study", "of", help="Only runs of this study.")
@click.option("--state", help="Only runs in this state: queued, running, done, failed, …")
@click.option("-n", "--lines", type=click.IntRange(min=1), default=None, help="At most N runs, the newest.")
@as_json
def ls_verb(of: str | None, state: str | None, lines: int | None, json: bool) -> None:
    """List runs, newest first."""
    from ..journal import ENDED_STATES, STATES, UPDATE
    from ..runs import Home, rows, study
    from .terminal import fields, note, print_json, print_table, say, width

    known = (*STATES, *ENDED_STATES)
    if state is not None and state not in known:
        raise click.UsageError(
            f"There is no state {state!r}: use one of {', '.join(known)}.", click.get_current_context()
        )
    home = Home()
    in_care(home)
    found = rows(home, study=study(home, of).id if of else None, state=state)[:lines]
    if json:
        print_json([fields(row) for row in found])
        return
    if not found:
        say("No runs." if of or state else "No runs yet. Start one with: tui-ablate run digits-resnet-20")
        return
    shown = [_columns(row) for row in found]
    narrow = ("loss", "queued") if width() < WIDE else ()
    columns = [name for name in shown[0] if name.lstrip("!>") not in narrow]
    print_table(columns, [[row[name] for name in columns] for row in shown])
    for row in found:
        if row.newer:
            note(f"{row.id}: {UPDATE}")


def _columns(row: Row) -> dict[str, str]:
    """A row of the list: what stands under each heading."""
    from .wording import left, loss, percent, when

    return {
        "!run": row.id,
        "name": row.variant or row.name,
        ">seed": str(row.seed),
        "!state": row.state.replace("_", " "),
        ">epoch": f"{row.epoch}/{row.epochs or '?'}",
        ">loss": loss(row.loss),
        ">val acc": percent(row.validation_accuracy),
        ">top-1 err": percent(row.test_error),
        "!queued": when(row.queued),
        ">left": "" if row.over else left(row.seconds_left).removesuffix(" left"),
    }


@verb("show", examples="show 7k2f3a\nshow STUDY --format markdown\nshow 7k2f3a --json")
@click.argument("run", type=RunOrStudyId(), metavar="RUN|STUDY")
@click.option(
    "--format", "format_", type=click.Choice(("table", "markdown", "latex", "csv", "json")), help="Of a study's table."
)
@as_json
def show_verb(run: str, format_: str | None, json: bool) -> None:
    """Show one run, or one study: state, numbers, charts."""
    from ..runs import Home, RunsError, find, study

    home = Home()
    in_care(home)
    try:
        found = find(home, run)
    except RunsError:
        try:
            whole = study(home, run)
        except RunsError:
            find(home, run)
            raise
        from .study import report as report_study

        if whole.newer:
            raise RunsError(f"Study {whole.id}: {whole.about}") from None
        report_study(home, whole, "json" if json else format_ or "table")
        return
    if format_ not in (None, "json"):
        raise click.UsageError("--format goes with a study; this is a run.", click.get_current_context())
    _show_run(found, json=json or format_ == "json")


def _show_run(found: str, *, json: bool) -> None:
    from ..runs import Home, curves, row
    from ..spec import read_run, to_yaml
    from .pictures import run_charts
    from .terminal import fields, print_chart, print_json, say, width
    from .wording import left, loss, percent, when

    home = Home()
    one, drawn = row(home, found), curves(home, found)
    experiment = read_run(home.run(found)).experiment
    if json:
        print_json({"run": fields(one), "experiment": experiment, "epochs": drawn.epochs, "tested": drawn.tested})
        return
    told = [
        ("run", f"{one.id}  {one.name}, seed {one.seed}"),
        ("state", " ".join(filter(None, [one.state, one.preparing or "", one.sentence or ""]))),
        ("study", f"{one.study}  {one.variant}" if one.study else ""),
        ("device", one.device or ""),
        ("warning", one.warning or ""),
        ("queued", when(one.queued)),
        ("epoch", f"{one.epoch or 0} of {one.epochs or '?'}  {'' if one.over else left(one.seconds_left)}"),
        ("loss", loss(one.loss)),
        ("validation", f"loss {loss(one.validation_loss)}, accuracy {percent(one.validation_accuracy)}"),
        ("top-1 error", percent(one.test_error) + " on test" if one.test_error is not None else ""),
        ("folder", str(home.run(found))),
    ]
    for label, text in told:
        if text.strip():
            say(f"{label:<12}{text}".rstrip())
    say("\n" + to_yaml(experiment).rstrip())
    if drawn.epochs:
        for chart in run_charts([("", [drawn])], width()):
            say()
            print_chart(chart)
