"""The layer table and its totals: what ``summary`` prints, as JSON or as rows of text."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ..blocks import Shape
from ..blocks.layers import Activation, Add, Convolution, Layer, MaxPooling, Normalization
from . import numbers
from .network import LayerGraph, Node
from .parts import nodes_of, totals_of

HEADINGS = ("layer", "type", "output", "parameters", "MACs", "note")


class LayerRow(msgspec.Struct, frozen=True, gc=False):
    """One layer: counts for one image, ``output_shape`` without the batch axis."""

    name: str
    type: str
    inputs: tuple[str, ...]
    output_shape: Shape
    params: int
    macs: int


class Summary(msgspec.Struct, frozen=True):
    """Layers and totals of a network or a part of it, as the design's section 5 defines them."""

    layers: tuple[LayerRow, ...]
    params: int
    trainable_params: int
    non_trainable_params: int
    macs: int
    activation_bytes: int
    receptive_field: int
    depth: int


def summary(graph: LayerGraph, only: str | None = None) -> Summary:
    """The summary of ``graph``, or of its part ``only`` (``stage2``, ``stage2.block1``, ``stem``, ``head``, a layer).

    ``msgspec.json.encode`` of it is what ``summary --json`` prints. Raises UnknownPart.
    """
    sums = totals_of(graph, only)
    return Summary(
        layers=tuple([layer_row(node) for node in nodes_of(graph, only)]),
        params=sums.params,
        trainable_params=sums.trainable_params,
        non_trainable_params=sums.non_trainable_params,
        macs=sums.macs,
        activation_bytes=sums.activation_bytes,
        receptive_field=sums.receptive_field,
        depth=sums.depth,
    )


def layer_row(node: Node) -> LayerRow:
    """``node`` as a row of the table."""
    kind = str(node.layer.__struct_config__.tag)
    return LayerRow(node.name, kind, node.inputs, node.output_shape, node.params, node.macs)


def rows(graph: LayerGraph, only: str | None = None) -> list[tuple[str, str, str, str, str, str]]:
    """The layers as text under ``HEADINGS``, for a table on screen. Raises UnknownPart."""
    return [
        (
            node.name,
            described(node.layer),
            numbers.shape(node.output_shape),
            numbers.exact(node.params),
            numbers.human(node.macs),
            note(node),
        )
        for node in nodes_of(graph, only)
    ]


def described(layer: Layer) -> str:
    """A layer's type with the figures that tell it from others of its type: ``3×3/2 convolution``, ``relu``."""
    match layer:
        case Convolution():
            return f"{layer.kernel}×{layer.kernel}{_stride(layer.stride)} convolution"
        case MaxPooling():
            return f"{layer.size}×{layer.size}{_stride(layer.stride)} max-pool"
        case Normalization():
            return f"group norm of {layer.groups}" if layer.groups else "batch norm"
        case Activation():
            return layer.function
    return str(layer.__struct_config__.tag).replace("_", " ")


def note(node: Node) -> str:
    """What the residual switch does to this layer, where it does anything."""
    return "removed when residual is off" if in_shortcut(node) else ""


def in_shortcut(node: Node) -> bool:
    """Whether ``node`` belongs to its block's shortcut: the sum, or a layer on the way there."""
    return node.block > 0 and (isinstance(node.layer, Add) or "shortcut" in node.name)


def totals_rows(graph: LayerGraph, only: str | None = None) -> list[tuple[str, str]]:
    """(what, figure) of every total, for a screen. Raises UnknownPart."""
    sums = totals_of(graph, only)
    return [
        ("parameters", numbers.exact(sums.params)),
        ("trainable", numbers.exact(sums.trainable_params)),
        ("moving statistics", numbers.exact(sums.non_trainable_params)),
        ("MACs, one image", numbers.human(sums.macs)),
        ("activations, one image", numbers.memory(sums.activation_bytes)),
        ("receptive field", f"{numbers.exact(sums.receptive_field)} pixels"),
        ("weight layers", numbers.exact(sums.depth)),
        ("shortcuts", f"{sums.shortcuts} of {sums.possible_shortcuts}"),
    ]


def columns(cells: Sequence[Sequence[str]], right: set[int]) -> list[str]:
    """Lines with the cells of each column under one another, those of the columns in ``right`` right-aligned."""
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    aligns = [str.rjust if i in right else str.ljust for i in range(len(widths))]
    return [
        "  ".join([align(cell, width) for align, cell, width in zip(aligns, row, widths, strict=True)]).rstrip()
        for row in cells
    ]


def _stride(stride: int) -> str:
    return f"/{stride}" if stride > 1 else ""
