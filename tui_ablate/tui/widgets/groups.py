"""The studies and runs to pick from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from ..figures import clean, count, moment
from .lines import Row, left, over
from .panes import Pane

if TYPE_CHECKING:
    from ..snapshot import Group


class Groups(Pane):
    """Studies, and runs without one by their preset, newest first; two lines each."""

    class Moved(Message):
        """Another group is under the cursor."""

        def __init__(self, group: str) -> None:
            super().__init__()
            self.group = group

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.groups: tuple[Group, ...] = ()
        self.at = 0

    def fill(self, groups: tuple[Group, ...], watched: str | None) -> None:
        """Show ``groups`` with the cursor on the one that is watched."""
        self.groups = groups
        self.at = next((index for index, group in enumerate(groups) if group.id == watched), 0)
        self.draw()

    def action_move(self, by: int) -> None:
        to = max(0, min(len(self.groups) - 1, self.at + by))
        if self.groups and to != self.at:
            self.at = to
            self.draw()
            self.post_message(self.Moved(self.groups[to].id))

    def point(self, column: int, row: int) -> None:
        self.action_move(row // 2 - self.at)

    def draw(self) -> None:
        width = max(12, self.size.width)
        rows: list[Row] = []
        for index, group in enumerate(self.groups):
            sign, role = sign_of(group)
            name = (left(f" {sign} ", 3, role), left(clean(group.name), width - 3, "strong"))
            when = moment(group.queued, self.app.clock())
            said = f"   {group.done} of {count(len(group.runs), 'run')} · {when}"
            about: Row = (left(said, width, "dim"),)
            both = [name, about]
            rows += [over(row, self.chosen) for row in both] if index == self.at else both
        self.show(rows)
        self.bring(2 * self.at, 1)


def sign_of(group: Group) -> tuple[str, str]:
    """One character for how a group stands, and its role."""
    states = [row.state for row in group.runs]
    if any(state in ("starting", "running", "pausing") for state in states):
        return "▶", "good"
    if group.done < len(states):
        return "◌", "dim"
    if any(state in ("failed", "diverged", "out_of_memory") for state in states):
        return "✗", "bad"
    return ("✓", "good") if "done" in states else ("–", "dim")
