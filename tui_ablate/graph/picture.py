"""A drawing as lines of text: one picture for the app and the command line.

Each band has two lines, arcs over blocks::

    1  basic ×3          ╭──┬──┬──╮
           32×32    64   ┴██┴██┴██┴

A block is one ``█`` a weight layer where all stages fit on a line, else one ``█``; a stage that is still too long
goes on below.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from . import numbers
from .drawing import Drawing, DrawnBlock, DrawnStage

LEGEND = {"projection": ("◇", "1×1 projection"), "padded": ("▫", "zero-padded")}
NAME = 5
GAP = 2
LEAST_BLOCKS = 6
"""Blocks that a line has room for, however narrow it is asked to be."""


class Segment(NamedTuple):
    """Text in one role: title, dim, figure, block, arc, flow, mark or warn. Outside the stages ``stage`` is 0; where a
    text belongs to no single block ``block`` is 0."""

    text: str
    role: str
    stage: int = 0
    block: int = 0


Line = tuple[Segment, ...]


def lines(drawing: Drawing, width: int) -> list[Line]:
    """The stack in ``width`` columns (46 and more look best; below about 40 lines may be longer)."""
    left = max(21, *(len(_title(stage)) + GAP for stage in drawing.stages))
    room = max(width - left, 2 * LEAST_BLOCKS + 1)
    fits = all(_columns(_bodies(stage, True)) <= room for stage in drawing.stages)
    made = [_edge("in", drawing.input_shape, "", left, width)]
    if drawing.stem_shape is not None:
        made.append(_edge("stem", drawing.stem_shape, drawing.stem, left, width))
    for stage in drawing.stages:
        made += _band(stage, _bodies(stage, fits), left, room)
    made.append((Segment("head".ljust(left), "title"), Segment(_cut(drawing.head, width - left), "dim")))
    return made + _legend(drawing)


def text(drawn: Sequence[Line]) -> list[str]:
    """The lines without roles."""
    return ["".join(segment.text for segment in line).rstrip() for line in drawn]


def stage_block_at(drawn: Sequence[Line], row: int, column: int) -> tuple[int, int]:
    """(stage, block) drawn at ``row`` and ``column``, both from 0; 0 where there is none."""
    if not 0 <= row < len(drawn):
        return 0, 0
    end = 0
    for segment in drawn[row]:
        end += len(segment.text)
        if column < end:
            return segment.stage, segment.block
    return 0, 0


def _title(stage: DrawnStage) -> str:
    return f"{stage.number:<3}{stage.kind} ×{len(stage.blocks)}"


def _figures(shape: Sequence[int]) -> str:
    return f"{numbers.shape(shape[:2]):>7}{shape[2]:>6}"


def _edge(name: str, shape: Sequence[int], says: str, left: int, width: int) -> Line:
    figures = _figures(shape).ljust(left - NAME)
    return Segment(name.ljust(NAME), "title"), Segment(figures, "figure"), Segment(_cut(says, width - left), "dim")


def _cut(says: str, width: int) -> str:
    return says if len(says) <= width else says[: max(width - 1, 0)] + "…"


def _bodies(stage: DrawnStage, full: bool) -> list[str]:
    """Each block's body; ``full`` gives it a mark for each of its weight layers."""
    return ["█" * (block.depth if full else 1) or "█" for block in stage.blocks]


def _columns(bodies: Sequence[str]) -> int:
    """A joint before every body and one behind the last."""
    return sum(len(body) + 1 for body in bodies) + 1


def _band(stage: DrawnStage, bodies: list[str], left: int, room: int) -> list[Line]:
    made: list[Line] = []
    n = stage.number
    for start, stop in pairwise(_breaks(bodies, room)):
        if start == 0:
            above = Segment(_title(stage).ljust(left), "title", n)
            below = [
                Segment(" " * NAME + _figures(stage.shape), "figure", n),
                Segment(" ⚠" if stage.warning else "", "warn", n),
            ]
        else:
            above = Segment(" " * left, "dim", n)
            below = [Segment(f"{f'{start + 1} to {stop}':>18}", "dim", n)]
        below.append(Segment(" " * (left - sum(len(s.text) for s in below)), "dim", n))
        arcs, blocks = _row(n, stage.blocks[start:stop], bodies[start:stop])
        made += [(above, *arcs), (*below, *blocks)]
    return made


def _breaks(bodies: Sequence[str], room: int) -> list[int]:
    """Where the rows of a stage begin, and its end: as few rows as fit, as even as can be."""
    most = max(1, (room - 1) // (max(map(len, bodies)) + 1))
    rows = -(-len(bodies) // most)
    return [len(bodies) * row // rows for row in range(rows + 1)]


def _row(stage: int, blocks: Sequence[DrawnBlock], bodies: Sequence[str]) -> tuple[list[Segment], list[Segment]]:
    """Arcs, and under them blocks with the joints between."""
    arcs, flow = [], []
    before = False
    for block, body in zip(blocks, bodies, strict=True):
        bridged = block.shortcut not in ("off", "none")
        arcs.append(Segment(_joint(before, bridged), "arc", stage))
        flow.append(Segment("┴" if before or bridged else "─", "flow", stage))
        mark = LEGEND.get(block.shortcut)
        if mark:
            half = (len(body) - 1) // 2
            over = [("─" * half, "arc"), (mark[0], "mark"), ("─" * (len(body) - 1 - half), "arc")]
            arcs += [Segment(piece, role, stage, block.number) for piece, role in over if piece]
        else:
            arcs.append(Segment(("─" if bridged else " ") * len(body), "arc", stage, block.number))
        flow.append(Segment(body, "block", stage, block.number))
        before = bridged
    arcs.append(Segment(_joint(before, False), "arc", stage))
    flow.append(Segment("┴" if before else "─", "flow", stage))
    return arcs, flow


def _joint(before: bool, after: bool) -> str:
    return {(True, True): "┬", (True, False): "╮", (False, True): "╭", (False, False): " "}[before, after]


def _legend(drawing: Drawing) -> list[Line]:
    kinds = {block.shortcut for stage in drawing.stages for block in stage.blocks}
    made: list[Segment] = []
    for kind, (mark, says) in LEGEND.items():
        if kind in kinds:
            made += [Segment(mark, "mark"), Segment(f" {says} shortcut   ", "dim")]
    return [tuple(made)] if made else []
