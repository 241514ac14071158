"""The pre-activation block of two convolutions (He et al. 2016, arXiv:1603.05027, figure 1b)."""

from __future__ import annotations

from typing import ClassVar

from .block import Block, Place, Style, Wiring
from .layers import Add


class PreactBasic(Block, frozen=True, kw_only=True, tag="preact_basic"):
    """Normalisation and activation before each convolution; nothing after the sum."""

    preactivated: ClassVar[bool] = True

    def wire(self, net: Wiring, style: Style, place: Place) -> str:
        activated = net.preact(style, place)
        x = net.conv(1, style, self.channels, self.kernel, place.stride, activated)
        x = net.norm(2, style, x)
        x = net.act(2, style, x)
        x = net.conv(2, style, self.channels, self.kernel, 1, x)
        if place.residual:
            x = net.add("add", Add(), x, net.preact_shortcut(style, place, activated, x))
        return x
