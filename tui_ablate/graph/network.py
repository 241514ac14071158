"""The layer graph: one frozen value that the summary, the drawing, the diff and the Keras builder all read."""

from __future__ import annotations

import msgspec

from ..blocks import Block, Layer, Shape


class Node(msgspec.Struct, frozen=True, gc=False):
    """One layer in its place.

    ``name`` tells where it sits: ``stem_conv``, ``stage3_block4_conv1``, ``head_pool``, ``logits``.
    ``stage`` and ``block`` count from 1, and are 0 outside the stages. Counts are for one image.
    """

    name: str
    layer: Layer
    inputs: tuple[str, ...]
    output_shape: Shape
    trainable_params: int
    non_trainable_params: int
    macs: int
    stage: int = 0
    block: int = 0

    @property
    def params(self) -> int:
        """All weights, moving statistics included."""
        return self.trainable_params + self.non_trainable_params


class Totals(msgspec.Struct, frozen=True):
    """Sums over a graph or a part of it; meanings as in the design's section 5."""

    params: int
    trainable_params: int
    non_trainable_params: int
    macs: int
    activation_bytes: int
    receptive_field: int
    depth: int
    shortcuts: int
    possible_shortcuts: int


class LayerGraph(msgspec.Struct, frozen=True):
    """All layers in topological order (the input first, the logits last), and their totals."""

    nodes: tuple[Node, ...]
    totals: Totals
    loss: str
    stages: tuple[Block, ...]
    """What the experiment asked of each stage; a node's ``stage`` is its index here plus 1."""
