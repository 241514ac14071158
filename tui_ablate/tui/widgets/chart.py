"""A chart: drawn off the screen's thread when its data or size change, repainted where it differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.message import Message
from textual.worker import get_current_worker

from .lines import Lines, Row

if TYPE_CHECKING:
    from ...charts import Line, Options, Series


class Chart(Lines, can_focus=False):
    """Series on axes."""

    class Drawn(Message):
        """The lines of the chart for one size."""

        def __init__(self, lines: tuple[Line, ...]) -> None:
            super().__init__()
            self.lines = lines

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._given: tuple[tuple[Series, ...], Options] | None = None

    def fill(self, series: tuple[Series, ...], options: Options) -> None:
        """Show ``series``; nothing happens where they are what is shown."""
        if self._given != (series, options):
            self._given = (series, options)
            self._draw_soon()

    def on_resize(self) -> None:
        self._draw_soon()

    def _draw_soon(self) -> None:
        if self._given is not None and self.size.width and self.size.height:
            self._draw(*self._given, self.size.width, self.size.height)

    @work(thread=True, exclusive=True, exit_on_error=False, group="chart")
    def _draw(self, series: tuple[Series, ...], options: Options, width: int, height: int) -> None:
        from ...charts import draw

        lines = draw(series, width, height, options)
        if not get_current_worker().is_cancelled:
            self.post_message(self.Drawn(lines))

    @on(Drawn)
    def _drawn(self, message: Drawn) -> None:
        message.stop()
        if len(message.lines) == self.size.height:
            self.show([_row(line) for line in message.lines])


def _row(line: Line) -> Row:
    return tuple((text, color or "text") for text, color in line)
