"""Sums over layers: parameters, multiply-adds, memory, receptive field, depth."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

import msgspec

from ..blocks.layers import Add, Convolution, Dense
from .network import Node, Totals

FLOAT32 = 4
PIXEL = (1, 1)
"""(receptive field, distance of neighbours) of what enters, in its own pixels."""


class Sums(msgspec.Struct, frozen=True, gc=False):
    """What a piece of a network adds up to. ``reach``, ``jump``: receptive field and distance of neighbours of its
    last layer, ``widest``: the largest field in it, all in pixels of the piece's own input."""

    trainable: int = 0
    fixed: int = 0
    macs: int = 0
    activations: int = 0
    depth: int = 0
    shortcuts: int = 0
    widest: int = 1
    reach: int = 1
    jump: int = 1


def sums(nodes: Iterable[Node]) -> Sums:
    """The sums of ``nodes`` in topological order; what enters from outside counts as a single pixel."""
    trainable = fixed = macs = activations = depth = shortcuts = 0
    fields: dict[str, tuple[int, int]] = {}
    widest = 1
    reach, jump = PIXEL
    for node in nodes:
        trainable += node.trainable_params
        fixed += node.non_trainable_params
        macs += node.macs
        activations += prod(node.output_shape)
        layer = node.layer
        if isinstance(layer, Add):
            shortcuts += 1
        elif isinstance(layer, Dense) or (isinstance(layer, Convolution) and not layer.projection):
            depth += 1
        reach, jump = max((fields.get(name, PIXEL) for name in node.inputs), default=PIXEL)
        kernel, stride = layer.window()
        reach += (kernel - 1) * jump
        jump *= stride
        fields[node.name] = (reach, jump)
        widest = max(widest, reach)
    return Sums(trainable, fixed, macs, activations, depth, shortcuts, widest, reach, jump)


def behind(a: Sums, b: Sums) -> Sums:
    """The sums of a piece ``b`` behind ``a``, whose last layer is all that it reads."""
    return Sums(
        a.trainable + b.trainable,
        a.fixed + b.fixed,
        a.macs + b.macs,
        a.activations + b.activations,
        a.depth + b.depth,
        a.shortcuts + b.shortcuts,
        max(a.widest, a.reach + (b.widest - 1) * a.jump),
        a.reach + (b.reach - 1) * a.jump,
        a.jump * b.jump,
    )


def totals(made: Sums, possible_shortcuts: int) -> Totals:
    """Sums as the totals that are shown."""
    return Totals(
        params=made.trainable + made.fixed,
        trainable_params=made.trainable,
        non_trainable_params=made.fixed,
        macs=made.macs,
        activation_bytes=made.activations * FLOAT32,
        receptive_field=made.widest,
        depth=made.depth,
        shortcuts=made.shortcuts,
        possible_shortcuts=possible_shortcuts,
    )
