"""The pre-activation bottleneck (He et al. 2016, arXiv:1603.05027, section 4)."""

from __future__ import annotations

from typing import ClassVar

from .block import Block, Place, Style, Wiring
from .layers import Add


class PreactBottleneck(Block, frozen=True, kw_only=True, tag="preact_bottleneck"):
    """1x1, 3x3, 1x1, each after its own normalisation and activation; four times as wide at the end."""

    expansion: ClassVar[int] = 4
    preactivated: ClassVar[bool] = True

    def wire(self, net: Wiring, style: Style, place: Place) -> str:
        on_first = style.stride_on == "1x1"
        activated = net.preact(style, place)
        x = net.conv(1, style, self.channels, 1, place.stride if on_first else 1, activated)
        x = net.norm(2, style, x)
        x = net.act(2, style, x)
        x = net.conv(2, style, self.channels, self.kernel, 1 if on_first else place.stride, x)
        x = net.norm(3, style, x)
        x = net.act(3, style, x)
        x = net.conv(3, style, self.channels * self.expansion, 1, 1, x)
        if place.residual:
            x = net.add("add", Add(), x, net.preact_shortcut(style, place, activated, x))
        return x
