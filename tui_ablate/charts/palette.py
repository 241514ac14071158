"""Colours and markers that tell runs apart: to colour-blind eyes, in 256 colours, and without any colour."""

from __future__ import annotations

PALETTE = ("#5fd7ff", "#ffaf00", "#00af5f", "#ffff87", "#af87af", "#d75f00", "#8787d7", "#afd7d7")
"""After Okabe and Ito 2008, moved onto the colour cube of 256-colour terminals so that the CIELAB distance between
any two, seen normally and with each kind of colour blindness (Machado et al. 2009), is largest: at least 21."""

MARKERS = ("●", "▲", "■", "◆", "○", "△", "□", "◇")
"""One a colour of the palette."""

AXIS = "#585858"
TICK = "#8a8a8a"
NOTICE = "#d7af5f"


def color(index: int) -> str:
    """The colour of palette entry ``index``, which may be any whole number."""
    return PALETTE[index % len(PALETTE)]


def marker(index: int, own: str = "") -> str:
    """``own`` where it is one character, else the marker that goes with palette entry ``index``."""
    return own if len(own) == 1 else MARKERS[index % len(MARKERS)]
