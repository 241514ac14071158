"""What the network costs, and what was changed."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from ..figures import clean, count, cut
from .lines import Row, left, right
from .panes import Pane

if TYPE_CHECKING:
    from ..network import Network

COUNTS = (
    ("parameters", "parameters", "params"),
    ("MACs, one image", "MACs", "macs"),
    ("activations", "activations", "activation_bytes"),
    ("weight layers", "layers", "depth"),
    ("receptive field", "rec. field", "receptive_field"),
)
"""(name, short name, field of the totals)"""
FIGURE = 10


class Totals(Pane):
    """Totals with their difference from another network, the drawing's warnings, and what differs from the preset."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.network: Network | None = None
        self.preset = ""

    def fill(self, network: Network | None, preset: str) -> None:
        """Show the totals of ``network``, which came from ``preset``."""
        self.network, self.preset = network, preset
        self.draw()

    def draw(self) -> None:
        network = self.network
        if network is None:
            self.show([((" network", "dim"),)])
            return
        width = max(28, self.size.width)
        label = max(11, width - 2 * FIGURE - 2)
        head: Row = (left(" network", label + 1, "dim"), right("this", FIGURE, "dim"))
        if network.against:
            head = (*head, right("change", FIGURE, "dim"))
        rows: list[Row] = [head]
        from ...graph import numbers

        mine, other = network.graph.totals, None if network.other is None else network.other.totals
        for long, short, field in COUNTS:
            name = long if len(long) < label else short
            is_bytes = field == "activation_bytes"
            value = getattr(mine, field)
            said = numbers.memory(value) if is_bytes else numbers.human(value)
            row = (left(f" {cut(name, label)}", label + 1, "dim"), right(said, FIGURE, "strong"))
            if other is not None:
                by = value - getattr(other, field)
                text = numbers.signed_memory(by) if is_bytes else numbers.signed(by)
                row = (*row, right(text, FIGURE, "faint" if by == 0 else "accent"))
            rows.append(row)
        rows.append(self._shortcuts(mine, other, label))
        if network.against:
            rows.append(((cut(f" change against {clean(network.against)}", width - 1), "faint"),))
        rows += self._warnings(width)
        rows += self._changes(width)
        self.show(rows)

    def _shortcuts(self, mine: Any, other: Any, label: int) -> Row:
        if not mine.possible_shortcuts:
            return left(" shortcuts", label + 1, "dim"), right("none", FIGURE, "faint")
        said = f"{mine.shortcuts}/{mine.possible_shortcuts}"
        on = "good" if mine.shortcuts == mine.possible_shortcuts else "warn"
        row: Row = (left(" shortcuts", label + 1, "dim"), right(said, FIGURE, on))
        if other is None:
            return row
        by = mine.shortcuts - other.shortcuts
        text = "=" if by == 0 else f"{'+' if by > 0 else '−'}{abs(by)}"
        return (*row, right(text, FIGURE, "faint" if by == 0 else "accent"))

    def _warnings(self, width: int) -> list[Row]:
        assert self.network is not None
        rows: list[Row] = []
        for warning in self.network.drawing.warnings[:2]:
            lines = textwrap.wrap(clean(warning), width - 4)
            rows += [(), *(((" ⚠ " if not i else "   ", "warn"), (line, "warn")) for i, line in enumerate(lines))]
        return rows

    def _changes(self, width: int) -> list[Row]:
        assert self.network is not None
        changed = self.network.changed
        if not changed:
            return []
        rows: list[Row] = [(), ((cut(f" changed from {clean(self.preset)}", width), "dim"),)]
        for each in changed:
            path = each.path.removeprefix("model.")
            before, after = _word(each.a), _word(each.b)
            room = width - 4 - len(path)
            value = f"{before} → {after}"
            if len(value) <= room:
                rows.append(((f"  {path} ", "text"), (value.rjust(room), "accent")))
            else:
                rows += [((f"  {cut(path, width - 3)}", "text"),), ((cut(f"    {value}", width - 1), "accent"),)]
        return rows


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        if value and all(isinstance(v, bool) for v in value):
            return f"{sum(value)} of {len(value)} on"
        if value and all(isinstance(v, dict) for v in value):
            return count(len(value), "stage")
        return clean(", ".join(map(str, value)), 40) or "none"
    return "default" if value is None else clean(value, 40)
