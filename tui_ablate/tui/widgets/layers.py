"""The layer table of what is under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..draft import Place
from ..figures import clean, count
from .lines import Row, left, right
from .panes import Pane

if TYPE_CHECKING:
    from ..network import Network

Cells = tuple[str, str, str, str, str]
SHORTCUT = {
    "identity": "identity", "projection": "1×1 projection", "padded": "zero-padded", "off": "off", "none": "",
}  # fmt: skip


class Layers(Pane):
    """The layers of a block, or of stem or head; of a whole stage a row a block."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.network: Network | None = None
        self.place = Place()

    def fill(self, network: Network | None, place: Place) -> None:
        """Show what ``network`` has at ``place``."""
        if place != self.place:
            self.scroll_to(y=0, animate=False, force=True)
        self.network, self.place = network, place
        self.draw()

    def draw(self) -> None:
        if self.network is None:
            self.show([])
            return
        stages = self.network.drawing.stages
        if 1 <= self.place.stage <= len(stages) and not self.place.block:
            title, head, cells = self._blocks(self.place.stage)
        else:
            title, head, cells = self._layers()
        self.show([title, *self._table(head, cells)])

    def _blocks(self, stage: int) -> tuple[Row, Cells, list[Cells]]:
        from ...graph import numbers

        assert self.network is not None
        drawn = self.network.drawing.stages[stage - 1]
        sums: dict[int, list[int]] = {}
        shapes: dict[int, tuple[int, ...]] = {}
        for node in self.network.graph.nodes:
            if node.stage == stage:
                entry = sums.setdefault(node.block, [0, 0])
                entry[0] += node.params
                entry[1] += node.macs
                shapes[node.block] = node.output_shape
        cells = [
            (
                f"block {block.number}",
                numbers.shape(shapes[block.number]),
                numbers.exact(sums[block.number][0]),
                numbers.human(sums[block.number][1]),
                SHORTCUT[block.shortcut],
            )
            for block in drawn.blocks
        ]
        parameters = numbers.human(sum(s[0] for s in sums.values()))
        title: Row = (
            (f" stage {stage}", "strong"),
            (f" · {count(len(drawn.blocks), 'block')} · {drawn.kind} · {parameters} parameters", "dim"),
        )
        return title, ("block", "output", "params", "MACs", "shortcut"), cells

    def _layers(self) -> tuple[Row, Cells, list[Cells]]:
        assert self.network is not None
        stages = self.network.drawing.stages
        stage, block = self.place.stage, self.place.block
        if 1 <= stage <= len(stages):
            drawn = stages[stage - 1]
            shortcut = SHORTCUT[drawn.blocks[block - 1].shortcut]
            title: Row = (
                (f" stage {stage} · block {block}", "strong"),
                (f" of {len(drawn.blocks)} · {drawn.kind}" + (f" · shortcut {shortcut}" if shortcut else ""), "dim"),
            )
            part = f"stage{stage}.block{block}"
        else:
            part = "stem" if stage == 0 else "head"
            title = ((f" {part}", "strong"),)
        rows = _rows(self.network, part)
        return title, ("layer", "output", "params", "MACs", "kind"), rows

    def _table(self, head: Cells, cells: list[Cells]) -> list[Row]:
        width = max(40, self.size.width)
        name = max([16, len(head[0]), *(len(c[0]) for c in cells)]) + 2
        note = max(len(head[4]), *(len(c[4]) for c in cells)) if any(c[4] for c in cells) else 0
        note = note if width >= name + 14 + 13 + 11 + note + 4 else 0
        name = min(name, width - 13 - 12 - 10 - 2)

        def line(row: Cells, roles: tuple[str, str, str]) -> Row:
            made: Row = (
                left(f"  {row[0]}", name, roles[0]),
                right(row[1], 13, roles[1]),
                right(row[2], 12, roles[1]),
                right(row[3], 10, roles[1]),
            )
            return (*made, (f"    {row[4]}", roles[2])) if note and row[4] else made

        made = [line(head, ("faint", "faint", "faint"))]
        for row in cells:
            empty = row[2] == "0" and row[3] == "0"
            tone = "dim" if head[4] == "kind" else "warn" if row[4] == "off" else "good"
            made.append(line(row, ("dim" if empty else "text", "dim" if empty else "text", tone)))
        return made


def _rows(network: Network, part: str) -> list[Cells]:
    from ...graph.parts import UnknownPart
    from ...graph.summary import rows

    try:
        found = rows(network.graph, part)
    except UnknownPart:
        return []
    return [(clean(name), output, params, macs, f"{kind}{' · ' + note if note else ''}")
            for name, kind, output, params, macs, note in found]  # fmt: skip
