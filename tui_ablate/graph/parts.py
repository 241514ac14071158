"""Parts of a network by name: ``stem``, ``stage2``, ``stage2.block1``, ``head``, or one layer."""

from __future__ import annotations

import re
from difflib import get_close_matches

from .network import LayerGraph, Node, Totals
from .totals import sums, totals

_STAGE = re.compile(r"stage([1-9]\d{0,5})(?:[._]block([1-9]\d{0,5}))?")


class UnknownPart(ValueError):
    """No part of the network is called so; the text says what is nearest."""


def nodes_of(graph: LayerGraph, only: str | None) -> tuple[Node, ...]:
    """The layers of the part called ``only``, all where it is None. Raises UnknownPart."""
    if only is None:
        return graph.nodes
    found = tuple(_matching(graph.nodes, only))
    if not found:
        raise UnknownPart(_refusal(graph, only))
    return found


def totals_of(graph: LayerGraph, only: str | None) -> Totals:
    """Totals of the part called ``only``; its receptive field is that on its own input. Raises UnknownPart."""
    return graph.totals if only is None else totals_of_nodes(graph, nodes_of(graph, only))


def totals_of_nodes(graph: LayerGraph, nodes: tuple[Node, ...]) -> Totals:
    """Totals of some of the graph's layers, in their order."""
    blocks = {(node.stage, node.block) for node in nodes if node.stage}
    possible = sum(graph.stages[stage - 1].can_shortcut for stage, _ in blocks)
    return totals(sums(nodes), possible)


def part_names(graph: LayerGraph) -> tuple[str, ...]:
    """The names of all parts, from the image to the logits, single layers left out."""
    stem = ("stem",) if any(node.name.startswith("stem_") for node in graph.nodes) else ()
    stages: list[str] = []
    for number, stage in enumerate(graph.stages, 1):
        stages.append(f"stage{number}")
        stages += (f"stage{number}.block{block}" for block in range(1, stage.repeat + 1))
    return (*stem, *stages, "head")


def _matching(nodes: tuple[Node, ...], only: str) -> list[Node]:
    if only in ("stem", "head"):
        return [n for n in nodes if n.name.startswith(f"{only}_") or (only == "head" and n.name == "logits")]
    if match := _STAGE.fullmatch(only):
        stage, block = int(match[1]), int(match[2] or 0)
        return [n for n in nodes if n.stage == stage and (n.block == block or match[2] is None)]
    return [n for n in nodes if n.name == only]


def _refusal(graph: LayerGraph, only: str) -> str:
    stages = len(graph.stages)
    if (match := _STAGE.fullmatch(only)) and 1 <= int(match[1]) <= stages:
        blocks = graph.stages[int(match[1]) - 1].repeat
        return f"Stage {match[1]} has no block {match[2]}; its blocks are 1 to {blocks}."
    names = [*part_names(graph), *(node.name for node in graph.nodes)]
    near = get_close_matches(only, names, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]}?" if near else "Name stem, head, a stage (stage2) or a block (stage2.block1)."
    return f"The network has no part called {only[:80]!r}; its stages are 1 to {stages}. {hint}"
