"""What goes to the terminal: text without control characters, tables, JSON, colours where there is a terminal."""

from __future__ import annotations

import os
import re
import sys
import textwrap
from collections.abc import Sequence
from typing import IO, Any

import msgspec
from rich.cells import cell_len, set_cell_size
from rich.console import Console, RenderableType
from rich.text import Text

from ..charts import Line, ascii_only

_ESCAPES = re.compile(
    "\x1b(?:\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[PX^_][^\x1b]*(?:\x1b\\\\)?|\\[[0-?]*[ -/]*[@-~]?|[ -/]*[0-~]?)"
)
WIDE = 400
"""Columns where output is no terminal."""
LEAST = 8
"""Cells that a cut column of a table keeps."""


def clean(text: str) -> str:
    """``text`` as it may reach a terminal: no escape sequences, no control characters; line breaks stay."""
    text = _ESCAPES.sub("", text).expandtabs(8)
    return "".join(c if c == "\n" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def console(*, error: bool = False) -> Console:
    """A console that takes text as it is. Where output is no terminal, lines are neither coloured nor cut."""
    stream: IO[str] = sys.stderr if error else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else WIDE
    return Console(file=stream, markup=False, highlight=False, emoji=False, width=width, soft_wrap=not stream.isatty())


def say(text: str = "") -> None:
    """Print ``text``, cleaned, to stdout."""
    print(clean(text))


def note(text: str) -> None:
    """Print ``text``, cleaned, to stderr; on a terminal broken between words."""
    print(_folded(clean(text), sys.stderr), file=sys.stderr, flush=True)


def say_sentence(text: str) -> None:
    """As ``say``, on a terminal broken between words: for prose, not for what is copied."""
    print(_folded(clean(text), sys.stdout))


def _folded(text: str, stream: IO[str]) -> str:
    if not stream.isatty():
        return text
    columns = console(error=stream is sys.stderr).width
    fold = textwrap.TextWrapper(columns, break_long_words=False, break_on_hyphens=False).fill
    return "\n".join(line if cell_len(line) <= columns else fold(line) for line in text.split("\n"))


def print_json(value: Any) -> None:
    """Print ``value`` as JSON, in UTF-8; what is not finite becomes null."""
    print_raw(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")


def print_raw(text: str) -> None:
    """Print ``text`` for programs: as it is, in UTF-8 whatever the terminal's encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))


def fields(row: msgspec.Struct) -> dict[str, Any]:
    """``row`` as JSON has it: its fields, and what follows from them where a run can still move."""
    told = msgspec.structs.asdict(row)
    return {
        **told,
        **{name: getattr(row, name) for name in ("progress", "seconds_left", "seconds") if hasattr(row, name)},
    }


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print an aligned table.

    A column whose name begins with ``>`` is aligned to the right; such and those with ``!`` are never cut. Where the
    terminal is too narrow the others are, the last first.
    """
    cells = [[name.lstrip(">!") for name in columns], *([_one_line(cell) for cell in row] for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    words = [at for at, name in enumerate(columns) if not name.startswith((">", "!"))]
    room = console().width if sys.stdout.isatty() or os.environ.get("COLUMNS") else WIDE
    for at in reversed(words):
        over = sum(widths) + 2 * (len(widths) - 1) - room
        widths[at] = max(min(widths[at], LEAST), widths[at] - max(0, over))
    lines = Text()
    for number, row in enumerate(cells):
        told = (
            _aligned(cell, size, columns[at].startswith(">"))
            for at, (cell, size) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join(told).rstrip() + "\n", "" if number else "bold")
    lines.rstrip()
    _print(lines)


def _one_line(cell: str) -> str:
    return clean(cell).replace("\n", " ")


def _aligned(cell: str, size: int, right: bool) -> str:
    if cell_len(cell) > size:
        cell = set_cell_size(cell, size - 1) + "…"
    blank = " " * (size - cell_len(cell))
    return blank + cell if right else cell + blank


def _print(shown: RenderableType) -> None:
    """Print for whoever reads: on a terminal in its colours, elsewhere plain, without blanks at the lines' ends."""
    screen = console()
    if screen.is_terminal:
        screen.print(shown, no_wrap=True, overflow="ignore", crop=False)
        return
    with screen.capture() as capture:
        screen.print(shown)
    print("\n".join(line.rstrip() for line in capture.get().rstrip("\n").split("\n")))


def print_chart(lines: Sequence[Line]) -> None:
    """Print a chart: in the colours the terminal has, in ASCII where it shows no more."""
    if not shows_unicode():
        lines = ascii_only(lines)
    _print(Text("\n").join(Text.assemble(*((text, color or "") for text, color in line)) for line in lines))


def shows_unicode() -> bool:
    """Whether stdout can show braille."""
    try:
        "⠿●│".encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def width() -> int:
    """Columns to draw in: the terminal's, at most 120; 80 where there is none."""
    return min(console().width, 120) if sys.stdout.isatty() or os.environ.get("COLUMNS") else 80
