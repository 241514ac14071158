"""Where a run is. With the network's variables, this decides all that follows; a checkpoint holds both."""

from __future__ import annotations

import msgspec

from .. import journal
from .schedule import Best, PlateauRule, StoppingRule


class Validated(msgspec.Struct, frozen=True):
    """Loss (penalty included, as it is optimised) and accuracy over a split."""

    loss: float
    accuracy: float


class Position(msgspec.Struct):
    """``epoch`` epochs are over and ``done`` steps of the next; that one has taken ``seconds``, ``training`` in steps.

    ``trained`` and ``validated`` are of the last whole epoch; ``kept`` is the epoch of the best weights.
    """

    epoch: int = 0
    done: int = 0
    seconds: float = 0.0
    training: float = 0.0
    stopped: bool = False
    trained: dict[str, float] = {}
    validated: Validated | None = None
    plateau: PlateauRule | None = None
    stopping: StoppingRule | None = None
    best: Best = msgspec.field(default_factory=lambda: Best("validation.accuracy"))
    kept: int = 0
    kept_validated: Validated | None = None
    held: list[journal.Step] = []
