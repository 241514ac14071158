"""Primitive layers: what each does to a shape, and what it costs.

A layer is a frozen value. It knows shapes, parameters and multiply-adds; it knows nothing of names,
of its neighbours or of Keras. Shapes are ``(height, width, channels)`` for maps and ``(units,)`` for
vectors, always without the batch axis.
"""

from __future__ import annotations

from math import prod
from typing import ClassVar, Literal

import msgspec

Shape = tuple[int, ...]
Padding = Literal["same", "valid"]


class ShapeError(ValueError):
    """A layer cannot take the shape it is given."""


class Layer(msgspec.Struct, frozen=True, tag_field="type"):
    """Base of all primitive layers. Counts are for one image; ``inputs`` are the shapes that come in."""

    weights_counted_in_depth: ClassVar[bool] = False

    def output_shape(self, *inputs: Shape) -> Shape:
        """Shape that leaves the layer. Raises ShapeError where the layer cannot take ``inputs``."""
        return inputs[0]

    def trainable_params(self, *inputs: Shape) -> int:
        """Number of weights that gradients change."""
        return 0

    def non_trainable_params(self, *inputs: Shape) -> int:
        """Number of moving statistics."""
        return 0

    def macs(self, *inputs: Shape) -> int:
        """Multiply-adds of convolutions and dense layers; other layers count as none."""
        return 0

    def window(self) -> tuple[int, int]:
        """(kernel, stride) as the receptive field sees it."""
        return (1, 1)


def _map(shape: Shape, what: str) -> tuple[int, int, int]:
    if len(shape) != 3:
        raise ShapeError(f"{what} needs a map of height, width and channels, not {shape}")
    return shape[0], shape[1], shape[2]


def _slid(size: int, kernel: int, stride: int, padding: Padding) -> int:
    return -(-size // stride) if padding == "same" else (size - kernel) // stride + 1


class Input(Layer, frozen=True, tag="input"):
    """Where the image enters; pixels already scaled."""

    shape: Shape

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.shape


class ZeroPadding(Layer, frozen=True, tag="zero_padding"):
    """``pixels`` of zeros on every side."""

    pixels: int

    def output_shape(self, *inputs: Shape) -> Shape:
        h, w, c = _map(inputs[0], "zero padding")
        return (h + 2 * self.pixels, w + 2 * self.pixels, c)


class Convolution(Layer, frozen=True, tag="convolution"):
    """A square 2-D convolution. ``projection`` marks the 1x1 convolution of a shortcut."""

    filters: int
    kernel: int
    stride: int = 1
    padding: Padding = "same"
    bias: bool = False
    initializer: str = "he_normal"
    projection: bool = False

    def output_shape(self, *inputs: Shape) -> Shape:
        h, w, _ = _map(inputs[0], "a convolution")
        if self.padding == "valid" and min(h, w) < self.kernel:
            raise ShapeError(f"a {self.kernel}x{self.kernel} convolution does not fit a {h}x{w} map")
        return (
            _slid(h, self.kernel, self.stride, self.padding),
            _slid(w, self.kernel, self.stride, self.padding),
            self.filters,
        )

    def trainable_params(self, *inputs: Shape) -> int:
        return (self.kernel**2 * inputs[0][2] + self.bias) * self.filters

    def macs(self, *inputs: Shape) -> int:
        h, w, c = self.output_shape(*inputs)
        return h * w * c * self.kernel**2 * inputs[0][2]

    def window(self) -> tuple[int, int]:
        return (self.kernel, self.stride)


class Normalization(Layer, frozen=True, tag="normalization"):
    """Batch normalisation (``groups`` 0) or group normalisation over ``groups`` groups of channels."""

    groups: int = 0
    momentum: float = 0.99
    epsilon: float = 1e-3
    zero_gamma: bool = False

    def output_shape(self, *inputs: Shape) -> Shape:
        if self.groups and inputs[0][-1] % self.groups:
            raise ShapeError(f"{inputs[0][-1]} channels do not divide into {self.groups} groups")
        return inputs[0]

    def trainable_params(self, *inputs: Shape) -> int:
        return 2 * inputs[0][-1]

    def non_trainable_params(self, *inputs: Shape) -> int:
        return 0 if self.groups else 2 * inputs[0][-1]


class Activation(Layer, frozen=True, tag="activation"):
    """An element-wise nonlinearity by name: relu, gelu, silu, leaky_relu."""

    function: str


class MaxPooling(Layer, frozen=True, tag="max_pooling"):
    """Maximum over ``size`` x ``size`` windows, ``stride`` apart."""

    size: int
    stride: int
    padding: Padding = "valid"

    def output_shape(self, *inputs: Shape) -> Shape:
        h, w, c = _map(inputs[0], "pooling")
        if self.padding == "valid" and min(h, w) < self.size:
            raise ShapeError(f"{self.size}x{self.size} pooling does not fit a {h}x{w} map")
        return (
            _slid(h, self.size, self.stride, self.padding),
            _slid(w, self.size, self.stride, self.padding),
            c,
        )

    def window(self) -> tuple[int, int]:
        return (self.size, self.stride)


class Subsample(Layer, frozen=True, tag="subsample"):
    """Every ``stride``-th pixel in both directions (a 1x1 pooling)."""

    stride: int

    def output_shape(self, *inputs: Shape) -> Shape:
        h, w, c = _map(inputs[0], "subsampling")
        return (-(-h // self.stride), -(-w // self.stride), c)

    def window(self) -> tuple[int, int]:
        return (1, self.stride)


class PadChannels(Layer, frozen=True, tag="pad_channels"):
    """Zero channels appended until there are ``channels`` (He et al. 2015, shortcut option A)."""

    channels: int

    def output_shape(self, *inputs: Shape) -> Shape:
        h, w, c = _map(inputs[0], "channel padding")
        if c > self.channels:
            raise ShapeError(f"a shortcut of option A cannot narrow {c} channels to {self.channels}; take option B")
        return (h, w, self.channels)


class Add(Layer, frozen=True, tag="add"):
    """Element-wise sum: the end of a shortcut. Its inputs are (branch, shortcut)."""

    def output_shape(self, *inputs: Shape) -> Shape:
        if len(set(inputs)) != 1:
            raise ShapeError(f"shapes {' and '.join(map(str, inputs))} cannot be added")
        return inputs[0]


class GlobalPooling(Layer, frozen=True, tag="global_pooling"):
    """A map to one number a channel, by ``kind`` average or max."""

    kind: Literal["average", "max"]

    def output_shape(self, *inputs: Shape) -> Shape:
        return (_map(inputs[0], "global pooling")[2],)


class Flatten(Layer, frozen=True, tag="flatten"):
    """A map to a vector."""

    def output_shape(self, *inputs: Shape) -> Shape:
        return (prod(inputs[0]),)


class Dropout(Layer, frozen=True, tag="dropout"):
    """Zeroes a share ``rate`` of its inputs while training."""

    rate: float


class Dense(Layer, frozen=True, tag="dense"):
    """A fully connected layer with bias."""

    units: int
    initializer: str = "he_normal"

    def output_shape(self, *inputs: Shape) -> Shape:
        if len(inputs[0]) != 1:
            raise ShapeError(f"a dense layer needs a vector, not {inputs[0]}")
        return (self.units,)

    def trainable_params(self, *inputs: Shape) -> int:
        return (inputs[0][0] + 1) * self.units

    def macs(self, *inputs: Shape) -> int:
        return inputs[0][0] * self.units
