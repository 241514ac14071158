"""(experiment, what enters it) -> layer graph."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import msgspec

from ..blocks import Block, Place, Shape, ShapeError, Style, Wiring
from ..blocks.layers import (
    Activation,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    GlobalPooling,
    Input,
    MaxPooling,
    Normalization,
    ZeroPadding,
)
from ..data.facts import Input as DataInput
from ..spec.experiment import (
    BatchNormalization,
    Experiment,
    GroupNormalization,
    Model,
)
from ..spec.resolved import conv_bias_of, normalization_of
from ..spec.resolved import residual_of as residual_of
from .network import LayerGraph, Node
from .totals import Sums, behind, sums, totals

IMAGENET_FROM = 64
"""Side in pixels from which ``stem: auto`` takes the ImageNet stem."""


class NetworkError(ValueError):
    """The network cannot be built: ``field`` (a path of the experiment) and ``why``."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


def build(experiment: Experiment, enters: DataInput) -> LayerGraph:
    """The network of ``experiment`` for images of ``enters.shape`` and ``enters.classes`` classes.

    Raises NetworkError where the network is impossible, naming the field to change.
    """
    model = experiment.model
    pieces = _Pieces(Input(tuple(enters.shape)), enters.shape)
    _stem(pieces, model, enters.shape)
    for index, stage in enumerate(model.stages):
        _stage(pieces, model, index, stage)
    _head(pieces, model, output_units(experiment, enters.classes))
    nodes = tuple(pieces.nodes)
    possible = sum(stage.repeat for stage in model.stages if stage.can_shortcut)
    return LayerGraph(nodes, totals(pieces.sums, possible), experiment.training.loss, model.stages)


def forget() -> None:
    """Drop what earlier networks left in the caches; only measurements want it."""
    _block.cache_clear()
    _placed.cache_clear()
    style_of.cache_clear()


def output_units(experiment: Experiment, classes: int) -> int:
    """Units of the last dense layer: one sigmoid unit for binary cross-entropy, else one a class.

    Raises NetworkError for a loss of two classes where there are not two.
    """
    if classes != 2 and experiment.training.loss in ("binary_crossentropy", "broadcast_binary_crossentropy"):
        why = f"{experiment.training.loss} is for two classes, not {classes}; use sparse_categorical_crossentropy"
        raise NetworkError("training.loss", why)
    return 1 if experiment.training.loss == "binary_crossentropy" else classes


def stem_of(model: Model, shape: Shape) -> str:
    """The stem that ``auto`` stands for on images of ``shape``."""
    if model.stem != "auto":
        return model.stem
    return "imagenet" if min(shape[0], shape[1]) >= IMAGENET_FROM else "cifar"


@lru_cache(maxsize=1024)
def style_of(model: Model, kind: type[Block]) -> Style:
    """The style of ``model`` with what it leaves open decided by ``kind`` of block."""
    norm = normalization_of(model, kind)
    layer: Normalization | None = None
    if isinstance(norm, BatchNormalization):
        layer = Normalization(momentum=norm.momentum, epsilon=norm.epsilon)
    elif isinstance(norm, GroupNormalization):
        layer = Normalization(groups=norm.groups, epsilon=norm.epsilon)
    return Style(
        conv_bias=conv_bias_of(model, kind),
        normalization=layer,
        activation=model.activation,
        initializer=model.initializer,
        shortcut=model.shortcut,
        stride_on=model.stride_on,
        zero_last_gamma=model.zero_last_gamma,
    )


class _Piece(NamedTuple):
    nodes: tuple[Node, ...]
    sums: Sums


class _Pieces:
    """The graph under construction: pieces behind one another, each reading the last layer before it."""

    def __init__(self, layer: Input, shape: Shape) -> None:
        self.nodes = [Node("input", layer, (), shape, 0, 0, 0)]
        self.sums = sums(self.nodes)

    @property
    def tip(self) -> Node:
        return self.nodes[-1]

    def join(self, piece: _Piece) -> None:
        self.nodes += piece.nodes
        self.sums = behind(self.sums, piece.sums)

    def wired(self, prefix: str, net: Wiring) -> None:
        """Join what ``net`` collected, its names behind ``prefix``."""
        made = _nodes(net)
        self.join(_Piece(_named(made, prefix, self.tip.name), sums(made)))


def _named(nodes: tuple[Node, ...], prefix: str, entry: str, stage: int = 0, block: int = 0) -> tuple[Node, ...]:
    """``nodes``, whose names are local and whose input is ``in``, as they are called behind the layer ``entry``."""
    return tuple(
        [
            Node(
                prefix + n.name,
                n.layer,
                tuple([entry if i == "in" else prefix + i for i in n.inputs]),
                n.output_shape,
                n.trainable_params,
                n.non_trainable_params,
                n.macs,
                stage,
                block,
            )
            for n in nodes
        ]
    )


def _nodes(net: Wiring) -> tuple[Node, ...]:
    made = []
    for name, layer, inputs in net.layers:
        shapes = [net.shapes[i] for i in inputs]
        made.append(
            Node(
                name,
                layer,
                inputs,
                net.shapes[name],
                layer.trainable_params(*shapes),
                layer.non_trainable_params(*shapes),
                layer.macs(*shapes),
            )
        )
    return tuple(made)


@lru_cache(maxsize=1024)
def _block(stage: Block, style: Style, shape: Shape, place: Place) -> _Piece:
    """One block, its names local; blocks of a stage mostly share one."""
    net = Wiring(shape)
    stage.wire(net, style, place)
    nodes = _nodes(net)
    return _Piece(nodes, sums(nodes))


@lru_cache(maxsize=4096)
def _placed(stage: Block, style: Style, shape: Shape, place: Place, entry: str, index: int, number: int) -> _Piece:
    """One block under its full names, behind the layer ``entry``: an edit leaves most blocks as they were."""
    piece = _block(stage, style, shape, place)
    return _Piece(_named(piece.nodes, f"stage{index}_block{number}_", entry, index, number), piece.sums)


def _stage(pieces: _Pieces, model: Model, index: int, stage: Block) -> None:
    path = f"model.stages.{index}"
    style = style_of(model, type(stage))
    behind_stem = index == 0 and len(pieces.nodes) > 1
    kept = residual_of(model, stage)
    if len(kept) != stage.repeat:
        raise NetworkError(f"{path}.residual", f"{len(kept)} values for {stage.repeat} blocks")
    alike = msgspec.structs.replace(stage, repeat=1, residual=None)
    for number in range(1, stage.repeat + 1):
        shape = pieces.tip.output_shape
        stride = stage.stride if number == 1 else 1
        if stride > 1 and max(shape[0], shape[1]) == 1:
            raise NetworkError(f"{path}.stride", "the map is already 1x1; use stride 1")
        first = number == 1
        place = Place(stride=stride, first=first, residual=kept[number - 1], activated=first and behind_stem)
        try:
            piece = _placed(alike, style, shape, place, pieces.tip.name, index + 1, number)
        except ShapeError as error:
            raise NetworkError(path, f"block {number}: {error}") from error
        pieces.join(piece)


def _stem(pieces: _Pieces, model: Model, shape: Shape) -> None:
    stem = stem_of(model, shape)
    if stem == "none":
        return
    kind = type(model.stages[0])
    style = style_of(model, kind)
    net = Wiring(shape)
    filters = model.stem_channels
    x = "in"
    if stem == "imagenet":
        x = net.add("pad", ZeroPadding(3), x)
        x = net.add("conv", Convolution(filters, 7, 2, "valid", style.conv_bias, style.initializer), x)
    else:
        x = net.add("conv", Convolution(filters, 3, 1, "same", style.conv_bias, style.initializer), x)
    try:
        x = net.norm("", style, x)
    except ShapeError as error:
        raise NetworkError("model.stem_channels", str(error)) from error
    x = net.act("", style, x)
    if stem == "imagenet":
        x = net.add("pool_pad", ZeroPadding(1), x)
        net.add("pool", MaxPooling(3, 2), x)
    pieces.wired("stem_", net)


def _head(pieces: _Pieces, model: Model, units: int) -> None:
    kind = type(model.stages[-1])
    style = style_of(model, kind)
    net = Wiring(pieces.tip.output_shape)
    x = "in"
    if kind.preactivated:
        x = net.norm("", style, x)
        x = net.act("", style, x)
    if model.head.pool == "flatten":
        x = net.add("flatten", Flatten(), x)
    else:
        x = net.add("pool", GlobalPooling(model.head.pool), x)
    for index, width in enumerate(model.head.hidden, 1):
        x = net.add(f"dense{index}", Dense(width, style.initializer), x)
        x = net.add(f"dense{index}_act", Activation(style.activation), x)
        if model.head.dropout:
            x = net.add(f"dropout{index}", Dropout(model.head.dropout), x)
    if model.head.dropout and not model.head.hidden:
        x = net.add("dropout", Dropout(model.head.dropout), x)
    pieces.wired("head_", net)
    last = Wiring(pieces.tip.output_shape)
    last.add("logits", Dense(units, style.initializer), "in")
    pieces.wired("", last)
