"""What one network has that another has not, layer by layer, and what it costs."""

from __future__ import annotations

import msgspec

from . import numbers
from .network import LayerGraph, Node, Totals
from .summary import LayerRow, columns, described, layer_row


class ChangedLayer(msgspec.Struct, frozen=True):
    """A layer of both networks that differs in itself, its shape or its counts."""

    name: str
    a: LayerRow
    b: LayerRow
    what: tuple[str, ...]
    """Each thing that differs, in words: ``output 8×8×64 → 4×4×64``."""


class Difference(msgspec.Struct, frozen=True):
    """``b`` against ``a``. Layers are matched by name; who feeds whom is not compared, since it follows from them."""

    only_a: tuple[LayerRow, ...]
    only_b: tuple[LayerRow, ...]
    changed: tuple[ChangedLayer, ...]
    totals_a: Totals
    totals_b: Totals

    @property
    def same(self) -> bool:
        """Whether both are the same network."""
        return not (self.only_a or self.only_b or self.changed)

    def change(self, total: str) -> int:
        """``b``'s figure minus ``a``'s, of the total so called (a field of Totals)."""
        b, a = getattr(self.totals_b, total), getattr(self.totals_a, total)
        assert isinstance(a, int)
        assert isinstance(b, int)
        return b - a


def difference(a: LayerGraph, b: LayerGraph) -> Difference:
    """What differs between ``a`` and ``b``."""
    of_a, of_b = {node.name: node for node in a.nodes}, {node.name: node for node in b.nodes}
    changed = []
    for name, mine in of_a.items():
        other = of_b.get(name)
        if other is not None and (what := _differs(mine, other)):
            changed.append(ChangedLayer(name, layer_row(mine), layer_row(other), what))
    return Difference(
        only_a=tuple([layer_row(node) for node in a.nodes if node.name not in of_b]),
        only_b=tuple([layer_row(node) for node in b.nodes if node.name not in of_a]),
        changed=tuple(changed),
        totals_a=a.totals,
        totals_b=b.totals,
    )


def totals_rows(found: Difference) -> list[tuple[str, str, str, str]]:
    """(what, in a, in b, b − a) of every total, for a screen."""
    counts = (("parameters", "params"), ("MACs, one image", "macs"))
    plain = (("receptive field", "receptive_field"), ("weight layers", "depth"), ("shortcuts", "shortcuts"))
    a, b = found.totals_a, found.totals_b
    made = [
        (label, numbers.human(getattr(a, name)), numbers.human(getattr(b, name)), numbers.signed(found.change(name)))
        for label, name in (*counts, *plain)
    ]
    size = "activation_bytes"
    activations = (
        "activations, one image",
        numbers.memory(a.activation_bytes),
        numbers.memory(b.activation_bytes),
        numbers.signed_memory(found.change(size)),
    )
    return [*made[:2], activations, *made[2:]]


def lines(found: Difference, name_a: str, name_b: str) -> list[str]:
    """The difference as lines of plain text."""
    if found.same:
        return ["The networks are the same."]
    text = columns([("", name_a, name_b, "difference"), *totals_rows(found)], right={1, 2, 3})
    for name, only in ((name_a, found.only_a), (name_b, found.only_b)):
        if only:
            cells = [
                (f"  {row.name}", numbers.shape(row.output_shape), numbers.exact(row.params), numbers.human(row.macs))
                for row in only
            ]
            text += ["", f"only in {name}: {len(only)} layers", *columns(cells, right={2, 3})]
    if found.changed:
        cells_changed = [(f"  {layer.name}", ", ".join(layer.what)) for layer in found.changed]
        text += ["", f"changed: {len(found.changed)} layers", *columns(cells_changed, right=set())]
    return text


def _differs(a: Node, b: Node) -> tuple[str, ...]:
    what = []
    if a.layer != b.layer and described(a.layer) != described(b.layer):
        what.append(f"{described(a.layer)} → {described(b.layer)}")
    if a.output_shape != b.output_shape:
        what.append(f"output {numbers.shape(a.output_shape)} → {numbers.shape(b.output_shape)}")
    if a.params != b.params:
        what.append(f"parameters {numbers.exact(a.params)} → {numbers.exact(b.params)}")
    if a.macs != b.macs:
        what.append(f"MACs {numbers.human(a.macs)} → {numbers.human(b.macs)}")
    if not what and a.layer != b.layer:
        what += [
            f"{field} {getattr(a.layer, field)} → {getattr(b.layer, field)}"
            for field in a.layer.__struct_fields__
            if getattr(a.layer, field) != getattr(b.layer, field)
        ]
    return tuple(what)
