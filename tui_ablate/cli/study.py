"""`study`: an ablation, run and printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from .choices import StudyName
from .program import NAME, as_json, verb

if TYPE_CHECKING:
    from .. import spec
    from ..runs import Home, Row, StudyRow

FORMATS = ("table", "markdown", "latex", "csv", "json")


@verb(
    "study",
    examples="""study digits-residual
        study resnet-34 --ablate model.residual,data.augment --seeds 3
        study my-study.yaml --format markdown > table.md""",
)
@click.argument("source", type=StudyName(), metavar="FILE|NAME|PRESET")
@click.option(
    "--ablate", "ablated", multiple=True, metavar="PATH,…", help="Of a PRESET: the fields to take out, one at a time."
)
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change a field of every variant.")
@click.option("--seeds", type=click.IntRange(1, 1000), help="Seeds 0 to K-1 for every variant.")
@click.option("--device", metavar="DEVICE", help="cpu or gpu:N; by default whichever is free.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="table", help="Of the table at the end.")
@click.option("--detach", is_flag=True, help="Do not watch: print the id of the study and leave.")
@as_json
def study_verb(
    source: str,
    ablated: tuple[str, ...],
    sets: tuple[str, ...],
    seeds: int | None,
    device: str | None,
    format_: str,
    detach: bool,
    json: bool,
) -> int:
    """Train every variant of a study with every seed, then print top-1 errors per variant, and charts.

    Give a study's file or name, or a preset and what to --ablate. Ctrl-C stops watching, not training; a second
    Ctrl-C within three seconds cancels. Ends with 1 where a run failed.
    """
    from ..runs import Home, ensure_supervisor, submit_study
    from .checking import check
    from .terminal import note, print_json, say
    from .wording import many

    plan = _plan(source, [path.strip() for given in ablated for path in given.split(",") if path.strip()], sets, seeds)
    for experiment in plan.variants.values():
        check(experiment)
    home = Home()
    made = submit_study(home, plan, device=device)
    ensure_supervisor(home)
    if detach:
        if json:
            print_json({"study": made})
        else:
            say(made)
            note(f"Training goes on by itself. To look: {NAME} show {made}")
        return 0
    if not json and format_ != "json":
        variants, each = many(len(plan.variants), "variant"), many(len(plan.seeds), "seed")
        runs = many(len(plan.variants) * len(plan.seeds), "run")
        note(f"{plan.name}: {variants} × {each} = {runs}, study {made}")
    return _watch(home, made, plan.name, "json" if json else format_)


def _plan(source: str, ablated: Sequence[str], sets: Sequence[str], seeds: int | None) -> spec.Study:
    from ..spec import ablation, is_study, load_study
    from .checking import usable

    context = click.get_current_context()
    if is_study(source):
        if ablated:
            raise click.UsageError("--ablate goes with a preset; this is a study already.", context)
        return load_study(source, seeds, sets)
    experiment = usable(source, sets)
    if not ablated:
        raise click.UsageError(f"{source} is a preset: say what to take out, as in --ablate model.residual", context)
    return ablation(experiment, ablated, seeds) if seeds is not None else ablation(experiment, ablated)


def _watch(home: Home, made: str, title: str, format_: str) -> int:
    from ..runs import study
    from .entry import INTERRUPTED
    from .progress import Progress
    from .watching import StoppedWatching, watch

    def look() -> tuple[Sequence[Row], float | None]:
        now = study(home, made)
        return now.runs, now.seconds_left

    try:
        rows = watch(home, look, Progress(title, silent=format_ == "json"), f"show {made}")
    except StoppedWatching:
        return INTERRUPTED
    report(home, study(home, made), format_)
    return 0 if all(row.state == "done" for row in rows) else 1


def report(home: Home, ended: StudyRow, format_: str = "table") -> None:
    """Print the table of ``ended`` in ``format_``; below a plain table also what failed, and the charts."""
    from ..runs import curves
    from ..study import render, table
    from .pictures import run_charts
    from .progress import name
    from .terminal import console, print_chart, print_raw, say, say_sentence, width

    text = render(table(ended), format_, console().width)
    if format_ == "json":
        print_raw(text)
        return
    say(text.rstrip("\n"))
    if format_ != "table":
        return
    for row in ended.runs:
        if row.state not in ("done", "queued") and row.sentence:
            say_sentence(f"{row.id}  {name(row)}: {row.state}. {row.sentence}")
    groups = []
    for variant in ended.variants:
        several = [curves(home, row.id) for row in ended.runs if row.variant == variant]
        groups.append((variant, [one for one in several if one.epochs]))
    shown = [group for group in groups if group[1]]
    for chart in run_charts(shown, width()) if shown else []:
        say()
        print_chart(chart)
