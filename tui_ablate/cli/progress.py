"""How far runs are: a live picture on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ..charts import PALETTE
from ..runs import Row
from ..study import NAMES, measured
from .terminal import clean, console, note
from .wording import left, loss, many, percent

TOLD = "test.top1_error"
QUIET = 5.0
"""Seconds between two plain lines about one run."""
GOOD, BAD, DIM = "green", "red", "bright_black"
LEAST_BAR, MOST_BAR = 8, 24
NAME = 16
"""Cells of a variant's name that the errors of its seeds may not take."""
NARROW = 100
"""Below so many columns the words about a single run stand under its bar, not beside it."""
WORDS = tuple(words.split() for words in ("epoch step loss left", "epoch loss left", "epoch left", "epoch"))
"""What is said beside a bar, from where there is most room to where there is least."""


class Progress:
    """Shows rows of runs as they change; on stderr, so that what is printed at the end can be piped."""

    def __init__(self, title: str, *, silent: bool = False) -> None:
        self.title = title
        screen = console(error=True)
        lively = screen.is_terminal and not screen.is_dumb_terminal
        self._live = Live(console=screen, refresh_per_second=8, transient=True) if lively else None
        self._silent = silent
        self._told: dict[str, tuple[Any, ...]] = {}
        self._spoken: dict[str, float] = {}
        self._warned: set[str] = set()

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
        for row in rows:
            if row.warning and row.warning not in self._warned:
                self._warned.add(row.warning)
                note(f"{name(row)}: {row.warning}")
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


def _resting(row: Row) -> str:
    """What a run does that is paused or about to be; empty for another."""
    return f"{row.state} at epoch {row.epoch}/{row.epochs}" if row.state in ("paused", "pausing") else ""


def told(row: Row) -> str:
    """The state of a run in words."""
    if row.state == "done":
        metric, lacks = measured(TOLD, [row])
        error = row.metrics.get(metric)
        if error is None:
            return row.state
        return f"done, {f'{NAMES[metric]} {percent(error)} ({lacks})' if lacks else f'top-1 error {percent(error)}'}"
    if row.over:
        return f"{row.state}. {row.sentence or ''}".strip()
    if _resting(row):
        return _resting(row)
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
        head, said = Text(clean(title), "bold", no_wrap=True, overflow="ellipsis"), done(rows, seconds_left)
        parts += [Text.assemble(head, "   ", said)] if head.cell_len + 3 + cell_len(said) <= width else [head, said]
        parts.append(_matrix(rows, width))
    at_work = [row for row in rows if not row.over and (len(rows) == 1 or row.state != "queued")]
    if len(at_work) == 1 and (width < NARROW or _one_line(at_work[0]) > width):
        parts.append(_tall(at_work[0], width))
    elif at_work:
        parts.append(_bars(at_work, width))
    return Group(*parts)


def _one_line(row: Row) -> int:
    """Cells that all about a run takes on one line, with the shortest bar."""
    return cell_len(clean(name(row))) + cell_len("  ".join(_doing(row).values())) + LEAST_BAR + 4


def _tall(row: Row, width: int) -> RenderableType:
    """A run on several lines: its name and its bar, and below all that it is doing, wrapped between the words."""
    named = Text(clean(name(row)))
    named.truncate(max(LEAST_BAR, width - LEAST_BAR - 2), overflow="ellipsis")
    lines = [""]
    for text in _doing(row).values():
        longer = f"{lines[-1]}  {text}" if lines[-1] else text
        if cell_len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(text)
    table = Table.grid(padding=(0, 2))
    table.add_row(named, _bar(row, max(LEAST_BAR, width - named.cell_len - 2)))
    return Group(table, *(Text(line, no_wrap=True, overflow="ellipsis") for line in lines))


def _bar(row: Row, width: int) -> ProgressBar:
    style = PALETTE[0]
    return ProgressBar(total=1.0, completed=row.progress, width=width, complete_style=style, finished_style=style)


def _bars(rows: Sequence[Row], width: int) -> Table:
    """A line a run: its name, its bar and what it is doing, in as many words as ``width`` has room for."""
    names = [clean(name(row)) for row in rows]
    label = min(max(map(cell_len, names)), max(12, width // 3))
    room = width - label - 4
    doing = [_doing(row) for row in rows]
    said = [["  ".join(text for word, text in each.items() if word in words) for each in doing] for words in WORDS]
    fitting = next((each for each in said if max(map(cell_len, each)) + LEAST_BAR <= room), said[-1])
    bar = max(LEAST_BAR, min(MOST_BAR, room - max(map(cell_len, fitting))))
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, overflow="ellipsis", max_width=label)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, overflow="ellipsis")
    for row, named, text in zip(rows, names, fitting, strict=True):
        table.add_row(Text(named), _bar(row, bar), Text(text))
    return table


def _doing(row: Row) -> dict[str, str]:
    """What the run does now, word by word as in WORDS."""
    if _resting(row):
        return {"epoch": _resting(row)}
    if row.preparing or not row.step:
        return {"epoch": clean(row.preparing or row.state)}
    said = {
        "epoch": f"epoch {row.epoch}/{row.epochs}",
        "step": f"step {row.step}/{row.steps}" if row.steps else f"step {row.step}",
        "loss": f"loss {loss(row.loss)}",
        "left": left(row.seconds_left),
    }
    return {word: text for word, text in said.items() if text}


def _matrix(rows: Sequence[Row], width: int) -> Table:
    """Variants down, seeds across: the top-1 error of what is done, how far the rest is.

    Where the seeds leave no room for the variants' names, their mean stands for them.
    """
    metric, lacks = measured(TOLD, rows)
    variants: dict[str, dict[int, Row]] = {}
    for row in rows:
        variants.setdefault(row.variant or row.name, {})[row.seed] = row
    seeds = sorted({row.seed for row in rows})
    cells = [[_cell(each.get(seed), metric) for seed in seeds] for each in variants.values()]
    heads = [f"seed {seed}" for seed in seeds]
    longest = max(cell_len(clean(variant)) for variant in variants)
    if _wide(heads, cells) + min(longest, NAME) > width:
        cells = [_summary(list(each.values()), metric) for each in variants.values()]
        heads = ["mean", "done", "failed"]
    label = max(LEAST_BAR, width - _wide(heads, cells))
    table = Table(box=None, pad_edge=False, header_style=DIM)
    table.add_column(NAMES[metric] if lacks else "top-1 error", no_wrap=True, overflow="ellipsis", max_width=label)
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    for variant, line in zip(variants, cells, strict=True):
        table.add_row(Text(clean(variant)), *line)
    return table


def _wide(heads: Sequence[str], cells: Sequence[Sequence[Text]]) -> int:
    """Cells that these columns take, with the gap before each."""
    columns = zip(heads, *cells, strict=True)
    return sum(2 + max(len(head), *(cell.cell_len for cell in column)) for head, *column in columns)


def _summary(rows: Sequence[Row], metric: str) -> list[Text]:
    """The mean over what is done of a variant, and how many of its runs are."""
    known = [value for row in rows if row.state == "done" and (value := row.metrics.get(metric)) is not None]
    failed = sum(row.over and row.state != "done" for row in rows)
    mean = Text(percent(sum(known) / len(known)), GOOD) if known else Text("·", DIM)
    return [mean, Text(f"{len(known)} of {len(rows)}"), Text(str(failed), BAD) if failed else Text("·", DIM)]


def _cell(row: Row | None, metric: str) -> Text:
    if row is None:
        return Text("")
    if row.state == "done":
        return Text(percent(row.metrics.get(metric)), GOOD)
    if row.over:
        return Text(row.state.replace("_", " "), BAD)
    return Text("·", DIM) if row.state == "queued" else Text(f"{100 * row.progress:.0f} %")
