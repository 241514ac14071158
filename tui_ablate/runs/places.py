"""On which devices a run may train."""

from __future__ import annotations

from collections.abc import Sequence

from ..spec.runfile import Environment
from .devices import Device


def places(environment: Environment, cards: Sequence[Device]) -> list[str]:
    """Devices that a run may have, best first: the one it names, else any GPU its shell could see, else the CPU."""
    if environment.device is not None:
        return [environment.device]
    if "CUDA_VISIBLE_DEVICES" not in environment.variables:
        return [card.name for card in cards] or ["cpu"]
    asked = _asked(environment)
    seen = [
        card.name
        for card in cards
        if any(card.name == f"gpu:{entry}" or (card.uuid or "").startswith(entry) for entry in asked)
    ]
    return seen or ["cpu"]


def unmatched(environment: Environment, cards: Sequence[Device]) -> str | None:
    """What a run's CUDA_VISIBLE_DEVICES asks for where that is none of ``cards``: a part of one (MIG), or a mistake."""
    asked = _asked(environment)
    if environment.device is not None or not asked or asked[0].startswith("-") or places(environment, cards) != ["cpu"]:
        return None
    return ",".join(asked)


def _asked(environment: Environment) -> list[str]:
    visible = environment.variables.get("CUDA_VISIBLE_DEVICES", "")
    return [entry.strip() for entry in visible.split(",") if entry.strip()]
