"""`summary`, `diff`: networks, without training anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from .choices import PresetName
from .program import as_json, verb

if TYPE_CHECKING:
    from ..data import Input
    from ..graph import LayerGraph
    from ..spec import Experiment

_INPUT = re.compile(r"(\d+)x(\d+)(?:x(\d+))?")
ROLES = {
    "title": "bold",
    "dim": "bright_black",
    "figure": "",
    "block": "cyan",
    "arc": "yellow",
    "flow": "bright_black",
    "mark": "bold",
    "warn": "yellow",
}


class ImageSize(click.ParamType[tuple[int, int, int]]):
    """Height, width and channels, as in 224x224x3; three channels where none are given."""

    name = "HxWxC"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int, int]:
        match = _INPUT.fullmatch(str(value))
        sizes = tuple(int(part or 3) for part in match.groups()) if match else ()
        if len(sizes) != 3 or not all(1 <= size <= 4096 for size in sizes):
            self.fail(f"{value!r} is no image size; write it as in 224x224x3.", param, ctx)
        return sizes


@verb(
    "summary",
    examples="""summary resnet-34
        summary resnet-34 --set model.residual=false --only stage2.block1
        summary resnet-50 --input 224x224x3 --classes 1000 --json""",
)
@click.argument("preset", type=PresetName())
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change a field, as in model.residual=false.")
@click.option("--input", "shape", type=ImageSize(), help="What enters, in place of the data set's pictures.")
@click.option("--classes", type=click.IntRange(2, 1_000_000), help="How many classes, in place of the data set's.")
@click.option("--only", metavar="PART", help="Only stem, head, a stage (stage2), a block (stage2.block1) or a layer.")
@as_json
def summary_verb(
    preset: str,
    sets: tuple[str, ...],
    shape: tuple[int, int, int] | None,
    classes: int | None,
    only: str | None,
    json: bool,
) -> None:
    """Show the network of PRESET: every layer, the stack drawn, parameters, multiply-adds, memory, receptive field.

    Counts are for one image. MACs are multiply-adds of convolutions and dense layers; depth counts the layers with
    weights, projections left out.
    """
    from ..graph import summary
    from ..graph.check import built
    from ..graph.summary import HEADINGS, rows, totals_rows
    from ..spec import load_with_places
    from .terminal import print_json, print_table, say

    loaded = load_with_places(preset, sets)
    experiment = loaded.experiment
    seen = _enters(experiment, shape, classes)
    graph = built(loaded, seen)
    if json:
        print_json(summary(graph, only))
        return
    table = rows(graph, only)
    say(f"{experiment.name}  {'×'.join(map(str, seen.shape))} → {seen.classes} classes" + (f"  {only}" if only else ""))
    say()
    print_table([f">{name}" if name in ("parameters", "MACs") else name for name in HEADINGS], table)
    say()
    if only is None:
        _draw(graph)
    for label, figure in (figures := totals_rows(graph, only)):
        say(f"{label:<{max(len(name) for name, _ in figures)}}  {figure}")


def _enters(experiment: Experiment, shape: tuple[int, int, int] | None, classes: int | None) -> Input:
    """What enters the network: what was asked for, else what the data set has. Raises DataError."""
    from ..data import DataError, Input, enters

    if shape is not None and classes is not None:
        return Input(shape, classes)
    try:
        known = enters(experiment.data)
    except DataError as error:
        raise DataError(f"{error} Or give --input and --classes.") from None
    return Input(shape or known.shape, classes or known.classes)


def _draw(graph: LayerGraph) -> None:
    """The stack, with its warnings under it."""
    from rich.text import Text

    from ..graph import drawing
    from ..graph.picture import lines
    from .terminal import clean, console, say, shows_unicode, width

    drawn = drawing(graph)
    if shows_unicode():
        screen = console()
        for line in lines(drawn, width()):
            text = Text.assemble(*((part.text, ROLES.get(part.role, "")) for part in line))
            screen.print(text, no_wrap=True, overflow="ignore", crop=False)
    for warning in drawn.warnings:
        say(clean(warning))
    say()


@verb(
    "diff",
    examples="diff resnet-34 plain-34\ndiff resnet-34 --set model.shortcut=A\ndiff resnet-34 my-preset.yaml --json",
)
@click.argument("a", type=PresetName())
@click.argument("b", type=PresetName(), required=False)
@click.option(
    "--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change a field of B (without B: of A's copy)."
)
@as_json
def diff_verb(a: str, b: str | None, sets: tuple[str, ...], json: bool) -> None:
    """Show in which fields experiments A and B differ, and what that does to layers, parameters and multiply-adds."""
    if b is None and not sets:
        raise click.UsageError("Give a second experiment, or --set to change the first.", click.get_current_context())
    from ..data import DataError, enters
    from ..graph import difference
    from ..graph.check import built
    from ..graph.difference import lines
    from ..spec import differences, load_with_places
    from .terminal import print_json, print_table, say

    pair = (load_with_places(a), load_with_places(b or a, sets))
    first, second = (loaded.experiment for loaded in pair)
    fields = differences(first, second)
    found, why = None, None
    try:
        found = difference(*(built(loaded, enters(loaded.experiment.data)) for loaded in pair))
    except DataError as error:
        why = str(error)
    if json:
        print_json({"a": first.name, "b": second.name, "fields": fields, "network": found, "why": why})
        return
    names = (first.name, second.name if second.name != first.name else f"{second.name}, changed")
    if not fields:
        say("The experiments are the same.")
        return
    print_table(("field", *names), [(one.path, _value(one.a), _value(one.b)) for one in fields])
    say()
    for line in lines(found, *names) if found else [f"The networks are not compared. {why}"]:
        say(line)


def _value(value: Any) -> str:
    """A value of a field as it stands in YAML."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_value, value)) + "]"
    return str(value)
