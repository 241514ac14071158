"""The two-convolution residual block of He et al. 2015 (arXiv:1512.03385, figure 5 left)."""

from __future__ import annotations

from typing import ClassVar

from .block import Block, Place, Style, Wiring
from .layers import Add


class Basic(Block, frozen=True, kw_only=True, tag="basic"):
    """Two convolutions and a shortcut around them."""

    ends_normalised: ClassVar[bool] = True

    def wire(self, net: Wiring, style: Style, place: Place) -> str:
        x = net.conv(1, style, self.channels, self.kernel, place.stride, "in")
        x = net.norm(1, style, x)
        x = net.act(1, style, x)
        x = net.conv(2, style, self.channels, self.kernel, 1, x)
        x = net.norm(2, style, x, last=place.residual)
        if place.residual:
            shortcut = net.shortcut(style, place, "in", x)
            x = net.add("add", Add(), x, shortcut)
        return net.act(2, style, x)
