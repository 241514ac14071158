"""The learning rate of every step, and what watches validation: plateau and early stopping."""

from __future__ import annotations

import math

import msgspec
import numpy as np

from ..spec.experiment import Cosine, EarlyStopping, Plateau, Schedule, Steps

PLATEAU_DELTA = 1e-4
"""Keras' ``min_delta`` of ReduceLROnPlateau; early stopping's is 0."""


def rates(
    schedule: Schedule, base: float, factor: float, first: int, count: int, per_epoch: int, epochs: int
) -> np.ndarray:
    """Learning rates of ``count`` steps from step ``first`` (from 0): float32 (count,).

    ``factor`` is what a plateau has made of the base rate. Warm-up rises linearly and reaches the full rate at
    its last step; a cosine falls from the end of the warm-up to zero after the last step.
    """
    step = np.arange(first, first + count, dtype=np.float64)
    warm = schedule.warmup * per_epoch
    rate = np.full(count, base * factor)
    if isinstance(schedule, Steps):
        passed = (step[:, None] >= np.array(schedule.at)[None, :] * per_epoch).sum(axis=1)
        rate *= schedule.factor**passed
    elif isinstance(schedule, Cosine):
        whole = max(1.0, per_epoch * epochs - warm)
        rate *= (1 + np.cos(math.pi * np.clip((step - warm) / whole, 0, 1))) / 2
    if warm:
        rate *= np.clip((step + 1) / warm, 0, 1)
    return rate.astype(np.float32)


class Best(msgspec.Struct):
    """The best value of validation so far, and for how many epochs there was none better."""

    monitor: str
    delta: float = 0.0
    value: float | None = None
    waited: int = 0

    def improves(self, loss: float, accuracy: float) -> bool:
        """Take an epoch's validation ``loss`` and ``accuracy``; whether the monitored one is a new best."""
        value = -loss if self.monitor == "validation.loss" else accuracy
        if self.value is None or value > self.value + self.delta:
            self.value, self.waited = value, 0
            return True
        self.waited += 1
        return False


class PlateauRule(msgspec.Struct):
    """Keras' ReduceLROnPlateau without cooldown: ``factor`` is what it has made of the learning rate."""

    schedule: Plateau
    best: Best = msgspec.field(default_factory=lambda: Best("", PLATEAU_DELTA))
    factor: float = 1.0

    def __post_init__(self) -> None:
        self.best.monitor = self.schedule.monitor

    def after_epoch(self, loss: float, accuracy: float) -> None:
        """Take an epoch's validation; lower the rate after ``patience`` epochs without improvement."""
        if not self.best.improves(loss, accuracy) and self.best.waited >= self.schedule.patience:
            self.factor *= self.schedule.factor
            self.best.waited = 0


class StoppingRule(msgspec.Struct):
    """Keras' EarlyStopping."""

    rule: EarlyStopping
    best: Best = msgspec.field(default_factory=lambda: Best(""))

    def __post_init__(self) -> None:
        self.best.monitor = self.rule.monitor

    def after_epoch(self, loss: float, accuracy: float) -> bool:
        """Take an epoch's validation; whether training should end."""
        return not self.best.improves(loss, accuracy) and self.best.waited >= self.rule.patience
