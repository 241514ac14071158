"""What every block is: a stage's fields in YAML, and how to wire one of its blocks from layers."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from .layers import Activation, Convolution, Layer, Normalization, PadChannels, Shape, Subsample

Shortcut = Literal["A", "B", "C", "stage"]
StrideOn = Literal["3x3", "1x1"]


class Style(msgspec.Struct, frozen=True, kw_only=True):
    """What the whole network decides for all of its blocks, resolved (no default left open)."""

    conv_bias: bool
    normalization: Normalization | None
    activation: str
    initializer: str
    shortcut: Shortcut
    stride_on: StrideOn
    zero_last_gamma: bool


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a block stands, and what that asks of it."""

    stride: int = 1
    """This block's own: 1 but for a stage's first."""
    first: bool = False
    """Whether it opens its stage."""
    residual: bool = True
    """Whether it has its shortcut."""
    activated: bool = False
    """Whether what enters is normalised and activated already, behind the network's stem: He et al. 2016
    (arXiv:1603.05027, appendix) activate once, before the first block splits into branch and shortcut."""


class Wiring:
    """Collects the layers of one piece of a network, computing shapes as they are added.

    ``layers`` holds (name, layer, inputs) in topological order, names being local to the piece.
    The piece's own input is called ``"in"``.
    """

    def __init__(self, shape: Shape) -> None:
        self.layers: list[tuple[str, Layer, tuple[str, ...]]] = []
        self.shapes: dict[str, Shape] = {"in": shape}

    def add(self, name: str, layer: Layer, *inputs: str) -> str:
        """Append ``layer`` reading ``inputs``; returns ``name``. Raises ShapeError where it does not fit."""
        shapes = [self.shapes[i] for i in inputs]
        self.shapes[name] = layer.output_shape(*shapes)
        self.layers.append((name, layer, inputs))
        return name

    def conv(
        self,
        index: int | str,
        style: Style,
        filters: int,
        kernel: int,
        stride: int,
        x: str,
        *,
        projection: bool = False,
    ) -> str:
        """A convolution called ``conv{index}`` in the network's style.

        A strided 1x1 convolution is written as a subsampling and a convolution of stride 1: the same numbers, clear
        of a heap corruption in oneDNN's filter gradient (oneDNN issue 6035).
        """
        if kernel == 1 and stride > 1:
            x, stride = self.add(f"conv{index}_subsample", Subsample(stride), x), 1
        layer = Convolution(
            filters, kernel, stride, bias=style.conv_bias, initializer=style.initializer, projection=projection
        )
        return self.add(f"conv{index}", layer, x)

    def norm(self, index: int | str, style: Style, x: str, *, last: bool = False) -> str:
        """A normalisation called ``norm{index}``, or ``x`` itself where the style has none.

        ``last``: whether it ends a branch that has a shortcut beside it, so that ``zero_last_gamma`` may silence the
        branch at the start. Without a shortcut nothing would pass: a ReLU at 0 has no gradient, the net never learns.
        """
        if style.normalization is None:
            return x
        layer = style.normalization
        if last and style.zero_last_gamma:
            layer = msgspec.structs.replace(layer, zero_gamma=True)
        return self.add(f"norm{index}", layer, x)

    def act(self, index: int | str, style: Style, x: str) -> str:
        """An activation called ``act{index}``."""
        return self.add(f"act{index}", Activation(style.activation), x)

    def shortcut(self, style: Style, place: Place, source: str, branch: str) -> str:
        """The shortcut from ``source`` that fits the shape of ``branch``; ``source`` itself where it is the identity.

        Options A, B, C of He et al. 2015 (arXiv:1512.03385, section 4.1), and ``stage``: a projection at the first
        block of every stage, whether or not the shape changes.
        """
        x = self._fitting(style, place, source, branch)
        return self.norm("_shortcut", style, x) if x == "conv_shortcut" else x

    def preact(self, style: Style, place: Place) -> str:
        """``norm1`` and ``act1`` before the first convolution; the block's input where it is activated already."""
        return "in" if place.activated else self.act(1, style, self.norm(1, style, "in"))

    def preact_shortcut(self, style: Style, place: Place, activated: str, branch: str) -> str:
        """As ``shortcut``, for pre-activation blocks: a projection reads ``activated`` and is not normalised
        (He et al. 2016, arXiv:1603.05027), any other shortcut reads the block's input untouched."""
        source = activated if self._projects(style, place, activated, branch) else "in"
        return self._fitting(style, place, source, branch)

    def _projects(self, style: Style, place: Place, source: str, branch: str) -> bool:
        changes = place.stride > 1 or self.shapes[source][2] != self.shapes[branch][2]
        return {"A": False, "B": changes, "C": True, "stage": place.first or changes}[style.shortcut]

    def _fitting(self, style: Style, place: Place, source: str, branch: str) -> str:
        x = source
        if place.stride > 1:
            x = self.add("shortcut_subsample", Subsample(place.stride), x)
        channels = self.shapes[branch][2]
        if self._projects(style, place, source, branch):
            return self.conv("_shortcut", style, channels, 1, 1, x, projection=True)
        if self.shapes[source][2] != channels:
            return self.add("shortcut_pad", PadChannels(channels), x)
        return x


Count = Annotated[int, Meta(ge=1, le=1_000)]
Width = Annotated[int, Meta(ge=1, le=65_536)]


class Block(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="block", forbid_unknown_fields=True, omit_defaults=True
):
    """A stage: ``repeat`` blocks of one kind. A new kind is a new file in this folder with a subclass of this."""

    channels: Width
    repeat: Count = 1
    stride: Annotated[int, Meta(ge=1, le=64)] = 1
    kernel: Annotated[int, Meta(ge=1, le=63)] = 3
    residual: bool | tuple[bool, ...] | None = None

    can_shortcut: ClassVar[bool] = True
    """Whether the block has a shortcut that can be switched."""
    expansion: ClassVar[int] = 1
    """Output channels over ``channels``."""
    default_conv_bias: ClassVar[bool] = False
    default_normalization: ClassVar[Literal["batch", "none"]] = "batch"
    preactivated: ClassVar[bool] = False
    """Whether the network needs a normalisation and activation before its head."""
    ends_normalised: ClassVar[bool] = False
    """Whether its branch ends in a normalisation, which ``zero_last_gamma`` lets begin at zero. Behind one in the midst
    of a branch, as in pre-activation blocks, a ReLU at 0 would keep the branch silent for good."""

    def wire(self, net: Wiring, style: Style, place: Place) -> str:
        """Wire one block onto ``net``, from ``"in"``; returns the name of its last layer."""
        raise TypeError(f"{type(self).__name__} does not say how it is wired")
