"""The stack as data to draw: a band a stage, in it every block and its shortcut."""

from __future__ import annotations

from typing import Literal

import msgspec

from ..blocks import Shape
from ..blocks.layers import Add, Convolution, Dense, PadChannels, Subsample
from . import numbers
from .map_sizes import maps_below_kernel
from .network import LayerGraph, Node
from .summary import described, in_shortcut

Shortcut = Literal["identity", "projection", "padded", "off", "none"]
"""How a block is bridged: untouched, by a 1x1 convolution, without weights though the shape changes (zero-padded or
subsampled); ``off`` where it could be and is not, ``none`` where blocks of this kind never are."""


class DrawnBlock(msgspec.Struct, frozen=True, gc=False):
    """One block. ``depth``: its weight layers, projections left out."""

    number: int
    shortcut: Shortcut
    depth: int


class DrawnStage(msgspec.Struct, frozen=True):
    """One stage. ``shape``: what leaves it (height, width, channels)."""

    number: int
    kind: str
    shape: Shape
    blocks: tuple[DrawnBlock, ...]
    warning: str | None


class Drawing(msgspec.Struct, frozen=True):
    """A network from the image to the logits. ``stem_shape`` is None where there is no stem."""

    input_shape: Shape
    stem_shape: Shape | None
    stem: str
    stages: tuple[DrawnStage, ...]
    head: str

    @property
    def warnings(self) -> tuple[str, ...]:
        """Each stage's warning as one or two plain sentences."""
        return tuple(stage.warning for stage in self.stages if stage.warning)


def drawing(graph: LayerGraph) -> Drawing:
    """``graph`` as a stack of bands."""
    stem = [node for node in graph.nodes if node.name.startswith("stem_")]
    head = [node for node in graph.nodes if node.name.startswith("head_") or node.name == "logits"]
    members: dict[tuple[int, int], list[Node]] = {}
    for node in graph.nodes:
        if node.stage:
            members.setdefault((node.stage, node.block), []).append(node)
    warned = maps_below_kernel(graph)
    stages = []
    for number, stage in enumerate(graph.stages, 1):
        parts = [members[number, block] for block in range(1, stage.repeat + 1)]
        blocks = [_block(block, nodes, stage.can_shortcut) for block, nodes in enumerate(parts, 1)]
        kind = str(stage.__struct_config__.tag)
        stages.append(DrawnStage(number, kind, parts[-1][-1].output_shape, tuple(blocks), warned.get(number)))
    return Drawing(
        input_shape=graph.nodes[0].output_shape,
        stem_shape=stem[-1].output_shape if stem else None,
        stem=", ".join(described(node.layer) for node in stem if node.layer.window() > (1, 1)),
        stages=tuple(stages),
        head=_head(head),
    )


def _block(number: int, nodes: list[Node], can_shortcut: bool) -> DrawnBlock:
    depth = sum(isinstance(n.layer, Convolution | Dense) and not in_shortcut(n) for n in nodes)
    return DrawnBlock(number, _shortcut(nodes) if can_shortcut else "none", depth)


def _shortcut(nodes: list[Node]) -> Shortcut:
    if not any(isinstance(node.layer, Add) for node in nodes):
        return "off"
    way = [node.layer for node in nodes if in_shortcut(node)]
    if any(isinstance(layer, Convolution) for layer in way):
        return "projection"
    return "padded" if any(isinstance(layer, PadChannels | Subsample) for layer in way) else "identity"


def _head(nodes: list[Node]) -> str:
    first = next(node for node in nodes if node.name in ("head_pool", "head_flatten"))
    pool = "flatten" if first.name == "head_flatten" else str(getattr(first.layer, "kind", ""))
    sizes = [numbers.exact(n.output_shape[0]) for n in nodes if isinstance(n.layer, Dense)]
    return " → ".join([pool, *sizes])
