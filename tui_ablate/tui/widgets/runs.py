"""The table of the runs on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..curves import colours
from ..figures import NOTHING, bar, clean, duration, number, percent
from .lines import Row, Segment, filled, left, over, right
from .panes import Pane

if TYPE_CHECKING:
    from ...runs import Row as Run
    from ..snapshot import Group

STATES = {
    "queued": ("waiting", "dim"),
    "starting": ("starting", "good"),
    "running": ("training", "good"),
    "pausing": ("pausing", "warn"),
    "paused": ("paused", "warn"),
    "lost": ("lost", "warn"),
    "done": ("done", "text"),
    "failed": ("failed", "bad"),
    "diverged": ("diverged", "bad"),
    "cancelled": ("cancelled", "dim"),
    "out_of_memory": ("no memory", "bad"),
}
FAILED = ("failed", "diverged", "out_of_memory")


class Runs(Pane):
    """A line a run, in the order they were queued, with the colour and marker it has in the charts."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.group: Group | None = None
        self.chosen_id: str | None = None

    def fill(self, group: Group | None) -> None:
        """Show the runs of ``group``. The cursor stays on the run that was chosen; before, it is on the first."""
        if group is None or self.group is None or group.id != self.group.id:
            self.chosen_id = None
        self.group = group
        self.draw()

    @property
    def run_under_cursor(self) -> Run | None:
        """The run under the cursor."""
        runs = self.group.runs if self.group else ()
        return next((row for row in runs if row.id == self.chosen_id), runs[0] if runs else None)

    def action_move(self, by: int) -> None:
        run = self.run_under_cursor
        if self.group is None or run is None:
            return
        at = self.group.runs.index(run)
        self.chosen_id = self.group.runs[max(0, min(len(self.group.runs) - 1, at + by))].id
        self.draw()
        self.post_message(self.Moved(self))

    def point(self, column: int, row: int) -> None:
        if self.group is not None and 1 <= row <= len(self.group.runs):
            self.chosen_id = self.group.runs[row - 1].id
            self.draw()
            self.post_message(self.Moved(self))

    class Moved(Pane.Opened):
        """Another run is under the cursor."""

    def draw(self) -> None:
        from ...charts import MARKERS, PALETTE

        if self.group is None:
            self.show([])
            return
        width = max(59, self.size.width - 1)
        size = "wide" if width >= 104 else "slim" if width < 75 else "normal"
        spare = width - {"wide": 83, "normal": 63, "slim": 47}[size]
        longest = max((len(run.variant or run.name) for run in self.group.runs), default=0) + 1
        label = max(12, min(longest, spare, 32))
        track = max(0, min(24, spare - label - 1))
        rows: list[Row] = [self._head(label, track, size)]
        colour = colours(self.group)
        here = self.run_under_cursor
        cursor = 0
        for index, run in enumerate(self.group.runs, 1):
            entry = colour[run.id]
            mark: Segment = (f" {MARKERS[entry % len(MARKERS)]} ", PALETTE[entry % len(PALETTE)])
            row: Row = (mark, *self._cells(run, label, track, size))
            if run is here:
                cursor = index
                row = over(filled(row, self.size.width), self.chosen)
            rows.append(row)
        self.show(rows)
        self.bring(cursor, 1)

    def _head(self, label: int, track: int, size: str) -> Row:
        cells = [left("   variant", 3 + label, "faint"), right("seed", 5, "faint"), left("", 1)]
        if size == "wide":
            cells.append(left("run", 11, "faint"))
        cells += [left("state", 10, "faint"), left("epoch", 9 + track, "faint")]
        cells += [right("loss", 8, "faint")] * (size != "slim")
        cells += [right("val acc", 9, "faint"), right("top-1 err", 10, "faint")]
        if size == "wide":
            cells.append(right("img/s", 9, "faint"))
        return (*cells, *[right("left", 8, "faint")] * (size != "slim"))

    def _cells(self, run: Run, label: int, track: int, size: str) -> Row:
        word, role = STATES.get(run.state, (clean(run.state, 9), "text"))
        if run.preparing and run.state in ("starting", "running") and not run.step:
            word = clean(run.preparing, 9)
        cells = [left(clean(run.variant or run.name), label, "text"), right(str(run.seed), 5, "dim"), left("", 1)]
        if size == "wide":
            cells.append(left(run.id, 11, "faint"))
        cells.append(left(word, 10, role))
        epochs = f"{run.epoch}/{run.epochs}" if run.epochs else NOTHING
        cells.append(left(epochs, 8, "dim"))
        full, empty = bar(run.progress, track)
        cells += [(full, "bad" if run.state in FAILED else "good"), (empty, "rule"), (" ", "text")]
        cells += [right(number(run.loss), 8)] * (size != "slim")
        cells += [
            right(percent(run.validation_accuracy), 9),
            right(percent(run.test_error), 10, "strong" if run.test_error is not None else "dim"),
        ]
        if size == "wide":
            speed = NOTHING if run.images_per_second is None else f"{run.images_per_second:,.0f}"
            cells.append(right(speed, 9, "dim"))
        left_over = right(NOTHING if run.over else duration(run.seconds_left), 8, "dim")
        return (*cells, *[left_over] * (size != "slim"))
