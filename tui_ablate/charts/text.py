"""Lines of a chart as text: plain, with colours, or in ASCII alone."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size

from .series import Line, Segment

_ASCII = dict(
    zip(
        "●▲■◆○△□◇│┤└─┴┬╭╮╰╯╪…·×→–−⚠✓✗█▓▒░▀▄━╸╺▶◀÷‘’“”«»",
        "o^#*@AHX||+-++++++#.-x>--!vx##::'.=--><:''\"\"<>",
        strict=True,
    )
)
_TOP, _BOTTOM = 0b00011011, 0b11100100
"""Dots of a braille cell's upper and lower half."""
_HALVES = {(False, False): " ", (True, False): "'", (False, True): ".", (True, True): ":"}


def plain(lines: Iterable[Line]) -> str:
    """The text alone, a line each."""
    return "\n".join("".join(text for text, _ in line) for line in lines)


def ansi(lines: Iterable[Line]) -> str:
    """The text with 24-bit colours for a terminal, a line each."""
    return "\n".join("".join(_painted(*segment) for segment in line) for line in lines)


def ascii_only(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The same lines for a terminal that shows no Unicode."""
    return tuple(tuple(("".join(map(ascii_character, text)), color) for text, color in line) for line in lines)


def ascii_character(character: str) -> str:
    """The one ASCII character that looks most like ``character``; a question mark where none does."""
    if character.isascii():
        return character
    bits = ord(character) - 0x2800
    if 0 <= bits < 256:
        return _HALVES[bool(bits & _TOP), bool(bits & _BOTTOM)]
    return _ASCII.get(character, "?")


def clean(text: str) -> str:
    """``text`` without line breaks and control characters, which would break a chart's lines or the terminal."""
    return "".join(c if c.isprintable() else " " for c in text).strip()


def fit(text: str, width: int) -> str:
    """``text`` cut to ``width`` cells, with an ellipsis where something was cut."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def padded(segments: Iterable[Segment], width: int) -> Line:
    """``segments`` as a line of exactly ``width`` cells."""
    line: list[Segment] = []
    left = width
    for text, color in segments:
        text = set_cell_size(text, left) if cell_len(text) > left else text
        left -= cell_len(text)
        if text:
            line.append((text, color))
    if left:
        line.append((" " * left, None))
    return tuple(line)


def _painted(text: str, color: str | None) -> str:
    if color is None:
        return text
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"\x1b[38;2;{red};{green};{blue}m{text}\x1b[39m"
