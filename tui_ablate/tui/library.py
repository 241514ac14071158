"""The presets as families with depths, and the next depth up or down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..spec import PresetEntry


@dataclass(frozen=True)
class Family:
    """Presets that differ only in depth, shallow first."""

    name: str
    own: bool
    entries: tuple[PresetEntry, ...]


FIRST = ("resnet", "plain", "vgg", "digits-resnet", "digits-plain", "cifar-resnet", "cifar-plain")
"""Families in the order a person looks for them; others follow by name."""


def families(entries: Sequence[PresetEntry], wanted: str = "") -> list[Family]:
    """The presets as families, shipped before own ones; ``wanted`` keeps names that have all of its words."""
    words = wanted.lower().split()
    found: dict[tuple[bool, str], list[PresetEntry]] = {}
    for entry in entries:
        if not entry.study and all(word in entry.name.lower() for word in words):
            found.setdefault((entry.own, entry.family), []).append(entry)
    made = [
        Family(name, own, tuple(sorted(members, key=lambda e: (e.depth or 0, e.name))))
        for (own, name), members in found.items()
    ]
    rank = {name: index for index, name in enumerate(FIRST)}
    return sorted(made, key=lambda f: (f.own, rank.get(f.name, len(rank)), f.name))


def neighbour(entries: Sequence[PresetEntry], name: str, by: int) -> PresetEntry | None:
    """The preset ``by`` steps along the depths of the family of ``name``; None past its ends."""
    for family in families(entries):
        names = [entry.name for entry in family.entries]
        if name in names:
            index = names.index(name) + by
            return family.entries[index] if 0 <= index < len(names) else None
    return None
