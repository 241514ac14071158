"""The learning rate of every step, and what watches validation: plateau and early stopping."""

from __future__ import annotations

import math

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


class Best:
    """The best value of validation so far, and for how many epochs there was none better."""

    def __init__(self, monitor: str, delta: float = 0.0) -> None:
        self.monitor, self.delta = monitor, delta
        self.value: float | None = None
        self.waited = 0

    def improves(self, loss: float, accuracy: float) -> bool:
        """Take an epoch's validation ``loss`` and ``accuracy``; whether the monitored one is a new best."""
        value = -loss if self.monitor == "validation.loss" else accuracy
        if self.value is None or value > self.value + self.delta:
            self.value, self.waited = value, 0
            return True
        self.waited += 1
        return False


class PlateauRule:
    """Keras' ReduceLROnPlateau without cooldown: ``factor`` is what it has made of the learning rate."""

    def __init__(self, schedule: Plateau) -> None:
        self.schedule = schedule
        self.best = Best(schedule.monitor, PLATEAU_DELTA)
        self.factor = 1.0

    def after_epoch(self, loss: float, accuracy: float) -> None:
        """Take an epoch's validation; lower the rate after ``patience`` epochs without improvement."""
        if not self.best.improves(loss, accuracy) and self.best.waited >= self.schedule.patience:
            self.factor *= self.schedule.factor
            self.best.waited = 0


class StoppingRule:
    """Keras' EarlyStopping."""

    def __init__(self, rule: EarlyStopping) -> None:
        self.rule = rule
        self.best = Best(rule.monitor)

    def after_epoch(self, loss: float, accuracy: float) -> bool:
        """Take an epoch's validation; whether training should end."""
        return not self.best.improves(loss, accuracy) and self.best.waited >= self.rule.patience
