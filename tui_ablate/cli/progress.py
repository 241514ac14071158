"""How far runs are: a live picture on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ..charts import PALETTE
from ..runs import Row
from .terminal import clean, console, note
from .wording import left, loss, many, percent

QUIET = 5.0
"""Seconds between two plain lines about one run."""
GOOD, BAD, DIM = "green", "red", "bright_black"
LEAST_BAR, MOST_BAR = 8, 24
WORDS = tuple(frozenset(words.split()) for words in ("epoch step loss left", "epoch loss left", "epoch left", "epoch"))
"""What is said beside a bar, from where there is most room to where there is least."""


class Progress:
    """Shows rows of runs as they change; on stderr, so that what is printed at the end can be piped."""

    def __init__(self, title: str, *, silent: bool = False) -> None:
        self.title = title
        screen = console(error=True)
        self._live = Live(console=screen, refresh_per_second=8, transient=True) if screen.is_terminal else None
        self._silent = silent
        self._told: dict[str, tuple[Any, ...]] = {}
        self._spoken: dict[str, float] = {}

    def __enter__(self) -> Progress:
        if self._live and not self._silent:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live and not self._silent:
            self._live.stop()

    def show(self, rows: Sequence[Row], seconds_left: float | None = None) -> None:
        """Show ``rows``; ``seconds_left`` is for all of them, where that is known."""
        if self._silent:
            return
        if self._live:
            self._live.update(picture(self.title, rows, seconds_left, self._live.console.width))
            return
        for row in rows:
            self._tell(row, rows, seconds_left)

    def _tell(self, row: Row, rows: Sequence[Row], seconds_left: float | None) -> None:
        """One plain line where something about ``row`` is new."""
        news = (row.state, row.epoch, row.preparing)
        before = self._told.get(row.id)
        if news == before or (before is None and row.state == "queued"):
            return
        ended = row.over
        if not ended and time.monotonic() - self._spoken.get(row.id, -QUIET) < QUIET:
            return
        self._told[row.id], self._spoken[row.id] = news, time.monotonic()
        text = f"{name(row)}: {told(row)}"
        if ended and len(rows) > 1:
            text += f"  [{done(rows, seconds_left)}]"
        note(text)


def name(row: Row) -> str:
    """A run as people call it."""
    return f"{row.variant or row.name} seed {row.seed}"


def told(row: Row) -> str:
    """The state of a run in words."""
    if row.over:
        error = f", top-1 error {percent(row.test_error)}" if row.test_error is not None else ""
        return row.state + error if row.state == "done" else f"{row.state}. {row.sentence or ''}".strip()
    if row.preparing:
        return row.preparing
    if not row.epoch:
        return row.state
    parts = [f"epoch {row.epoch}/{row.epochs}", f"loss {loss(row.loss)}"]
    if row.validation_accuracy is not None:
        parts.append(f"validation accuracy {percent(row.validation_accuracy)}")
    return ", ".join([*parts, *filter(None, [left(row.seconds_left)])])


def done(rows: Sequence[Row], seconds_left: float | None) -> str:
    """How many runs are done and how long the rest takes."""
    ended = sum(row.over for row in rows)
    said = [f"{ended} of {many(len(rows), 'run')} done"]
    return " · ".join([*said, *filter(None, [left(seconds_left) if ended < len(rows) else ""])])


def picture(title: str, rows: Sequence[Row], seconds_left: float | None, width: int = 100) -> RenderableType:
    """What a terminal shows: runs done, a matrix of variants and seeds, and a bar for each run at work."""
    parts: list[RenderableType] = []
    if len(rows) > 1:
        parts.append(Text.assemble((clean(title), "bold"), "   ", done(rows, seconds_left)))
        parts.append(_matrix(rows))
    at_work = [row for row in rows if not row.over and (len(rows) == 1 or row.state != "queued")]
    if at_work:
        parts.append(_bars(at_work, width))
    return Group(*parts)


def _bars(rows: Sequence[Row], width: int) -> Table:
    """A line a run: its name, its bar and what it is doing, in as many words as ``width`` has room for."""
    names = [clean(name(row)) for row in rows]
    label = min(max(map(len, names)), max(12, width // 3))
    room = width - label - 4
    said = [[_doing(row, words) for row in rows] for words in WORDS]
    fitting = next((each for each in said if max(map(len, each)) + LEAST_BAR <= room), said[-1])
    bar = max(LEAST_BAR, min(MOST_BAR, room - max(map(len, fitting))))
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, overflow="ellipsis", max_width=label)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, overflow="ellipsis")
    for row, named, text in zip(rows, names, fitting, strict=True):
        style = PALETTE[0]
        track = ProgressBar(total=1.0, completed=row.progress, width=bar, complete_style=style, finished_style=style)
        table.add_row(Text(named), track, Text(text))
    return table


def _doing(row: Row, words: frozenset[str]) -> str:
    """What the run does now, as far as it is of ``words``."""
    if row.preparing or not row.step:
        return clean(row.preparing or row.state)
    said = {
        "epoch": f"epoch {row.epoch}/{row.epochs}",
        "step": f"step {row.step}/{row.steps}" if row.steps else f"step {row.step}",
        "loss": f"loss {loss(row.loss)}",
        "left": left(row.seconds_left),
    }
    return "  ".join(text for word, text in said.items() if text and word in words)


def _matrix(rows: Sequence[Row]) -> Table:
    """Variants down, seeds across: the top-1 error of what is done, how far the rest is."""
    seeds = sorted({row.seed for row in rows})
    table = Table(box=None, pad_edge=False, header_style=DIM)
    table.add_column("top-1 error")
    for seed in seeds:
        table.add_column(f"seed {seed}", justify="right", no_wrap=True)
    cells = {(row.variant or row.name, row.seed): _cell(row) for row in rows}
    for variant in dict.fromkeys(row.variant or row.name for row in rows):
        table.add_row(Text(clean(variant)), *(cells.get((variant, seed), Text("")) for seed in seeds))
    return table


def _cell(row: Row) -> Text:
    if row.state == "done":
        return Text(percent(row.test_error), GOOD)
    if row.over:
        return Text(row.state.replace("_", " "), BAD)
    return Text("·", DIM) if row.state == "queued" else Text(f"{100 * row.progress:.0f} %")
