"""`run`: train one experiment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from .choices import PresetName
from .program import NAME, as_json, verb

if TYPE_CHECKING:
    from ..runs import Home, Row


@verb(
    "run",
    examples="""run digits-resnet-20
        run resnet-34 --set training.epochs=30 --seeds 3
        run my-preset.yaml --set model.residual=false --device gpu:1 --detach""",
)
@click.argument("preset", type=PresetName())
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change a field, as in model.residual=false.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="The one seed to train with (0).")
@click.option("--seeds", type=click.IntRange(1, 1000), help="Train with seeds 0 to K-1, a run each.")
@click.option("--device", metavar="DEVICE", help="cpu or gpu:N; by default whichever is free.")
@click.option("--detach", is_flag=True, help="Do not watch: print the ids of the runs and leave.")
@as_json
def run_verb(
    preset: str,
    sets: tuple[str, ...],
    seed: int | None,
    seeds: int | None,
    device: str | None,
    detach: bool,
    json: bool,
) -> int:
    """Train PRESET (a name or a file) in a process of its own, and watch it.

    Ctrl-C stops watching, not training; a second Ctrl-C within three seconds cancels. Ends with 1 where a run failed.
    """
    if seed is not None and seeds is not None:
        raise click.UsageError("--seed and --seeds exclude each other.", click.get_current_context())
    from ..runs import Home, ensure_supervisor, submit
    from .checking import usable
    from .terminal import note, print_json, say

    experiment = usable(preset, sets)
    home = Home()
    chosen = range(seeds) if seeds is not None else (seed or 0,)
    ids = submit(home, experiment, list(chosen), device=device)
    ensure_supervisor(home)
    if detach:
        if json:
            print_json({"runs": ids})
            return 0
        for run in ids:
            say(run)
        note(f"Training goes on by itself. To look: {NAME} show {ids[0]}")
        return 0
    return _watch(home, ids, experiment.name, json=json)


def _watch(home: Home, ids: Sequence[str], title: str, *, json: bool) -> int:
    from .entry import INTERRUPTED
    from .progress import Progress
    from .terminal import fields, print_json
    from .watching import StoppedWatching, rows_of, watch

    again = f"show {ids[0]}" if len(ids) == 1 else "ls"
    try:
        rows = watch(home, rows_of(home, ids), Progress(title, silent=json), again)
    except StoppedWatching:
        return INTERRUPTED
    if json:
        print_json({"runs": [fields(row) for row in rows]})
    else:
        report(home, rows)
    return 0 if all(row.state == "done" for row in rows) else 1


def report(home: Home, rows: Sequence[Row]) -> None:
    """Print how ``rows`` ended, and their charts."""
    from ..runs import curves
    from .pictures import run_charts
    from .progress import name, told
    from .terminal import print_chart, say, say_sentence, width
    from .wording import lasted

    for row in rows:
        took = f" in {lasted(row.seconds)}" if row.state == "done" and row.seconds else ""
        say_sentence(f"{row.id}  {name(row)}: {told(row)}{took}")
    shown = [(f"seed {row.seed}" if len(rows) > 1 else "", curves(home, row.id)) for row in rows]
    if any(one.epochs or one.steps for _, one in shown):
        for chart in run_charts([(label, [one]) for label, one in shown[:8]], width()):
            say()
            print_chart(chart)
