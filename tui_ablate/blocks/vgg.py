"""The block VGG nets are stacked from (Simonyan and Zisserman 2014, arXiv:1409.1556, table 1)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from .block import Block, Place, Style, Wiring
from .layers import MaxPooling


class Vgg(Block, frozen=True, kw_only=True, tag="vgg"):
    """``convs`` convolutions, then 2x2 max-pooling; no shortcut."""

    convs: Annotated[int, Meta(ge=1, le=100)] = 2

    can_shortcut: ClassVar[bool] = False
    default_conv_bias: ClassVar[bool] = True
    default_normalization: ClassVar[Literal["batch", "none"]] = "none"

    def wire(self, net: Wiring, style: Style, place: Place) -> str:
        x = "in"
        for index in range(1, self.convs + 1):
            x = net.conv(index, style, self.channels, self.kernel, place.stride if index == 1 else 1, x)
            x = net.norm(index, style, x)
            x = net.act(index, style, x)
        return net.add("pool", MaxPooling(2, 2), x)
