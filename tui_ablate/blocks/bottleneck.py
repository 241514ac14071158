"""The 1x1, 3x3, 1x1 bottleneck block of He et al. 2015 (arXiv:1512.03385, figure 5 right)."""

from __future__ import annotations

from typing import ClassVar

from .block import Block, Place, Style, Wiring
from .layers import Add


class Bottleneck(Block, frozen=True, kw_only=True, tag="bottleneck"):
    """Three convolutions, narrow in the middle; the output is four times as wide as ``channels``."""

    expansion: ClassVar[int] = 4
    ends_normalised: ClassVar[bool] = True

    def wire(self, net: Wiring, style: Style, place: Place) -> str:
        on_first = style.stride_on == "1x1"
        x = net.conv(1, style, self.channels, 1, place.stride if on_first else 1, "in")
        x = net.norm(1, style, x)
        x = net.act(1, style, x)
        x = net.conv(2, style, self.channels, self.kernel, 1 if on_first else place.stride, x)
        x = net.norm(2, style, x)
        x = net.act(2, style, x)
        x = net.conv(3, style, self.channels * self.expansion, 1, 1, x)
        x = net.norm(3, style, x, last=place.residual)
        if place.residual:
            shortcut = net.shortcut(style, place, "in", x)
            x = net.add("add", Add(), x, shortcut)
        return net.act(3, style, x)
