"""One line about a run, folded from its events, and what follows from it."""

from __future__ import annotations

import time
from collections.abc import Iterable

import msgspec

from .. import journal

RESTING = ("paused", "pausing")


class Row(msgspec.Struct, kw_only=True):
    """A run in a table. Accuracies and errors are fractions; times seconds since 1970; None: not known (yet)."""

    id: str
    name: str = ""
    seed: int = 0
    state: str = "queued"
    study: str | None = None
    variant: str | None = None
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int = 0
    loss: float | None = None
    penalty: float | None = None
    accuracy: float | None = None
    validation_loss: float | None = None
    validation_accuracy: float | None = None
    test_error: float | None = None
    learning_rate: float | None = None
    images_per_second: float | None = None
    parameters: int | None = None
    device: str | None = None
    queued: float | None = None
    started: float | None = None
    training: bool = False
    """Whether its network is compiled and its steps are under way."""
    stepping: float | None = None
    """When the first chunk of steps, which also warms up, was done: speed is measured from here, …"""
    stepped: int = 0
    """… and so many steps had been done by then."""
    heard: float | None = None
    """Time of the last event."""
    ended: float | None = None
    sentence: str = ""
    preparing: str | None = None
    warning: str | None = None
    newer: bool = False
    """Whether a newer version of the program wrote it, so that not all of it could be read."""
    metrics: dict[str, float | None] = {}
    """What its end says, by name: ``test.top1_error``, …; empty before."""

    @property
    def over(self) -> bool:
        """Whether the run has ended."""
        return self.state in journal.ENDED_STATES

    @property
    def progress(self) -> float:
        """Share of the steps done, 0 to 1."""
        if self.state == "done":
            return 1.0
        return min(1.0, self.step / self.steps) if self.steps else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Time to the end at the speed so far; None before there is one."""
        if self.over:
            return 0.0
        if self.state in RESTING:
            return None
        done = self.step - self.stepped
        if not (done > 0 and self.stepping and self.heard and self.heard > self.stepping):
            return None
        left = (self.steps - self.step) * (self.heard - self.stepping) / done
        return max(0.0, left - max(0.0, time.time() - self.heard))

    @property
    def seconds(self) -> float | None:
        """Time from start to end; None before it has ended."""
        return self.ended - self.started if self.ended and self.started else None


def fold(row: Row, events: Iterable[journal.AnyEvent]) -> None:
    """Bring ``row`` up to date with ``events``, the next in its journal."""
    for event in events:
        row.heard = event.t
        if isinstance(event, journal.Queued):
            row.name, row.seed, row.queued = event.name, event.seed, event.t
            row.study, row.variant = event.study, event.variant
            row.epochs, row.device = event.epochs or row.epochs, event.device
        elif isinstance(event, journal.Started):
            row.started, row.device, row.epochs = event.t, event.device, event.epochs
            row.parameters = event.parameters
            row.steps = event.epochs * (event.steps_per_epoch or 0)
            row.preparing, row.training, row.stepping, row.stepped = None, False, None, row.step
        elif isinstance(event, journal.Preparing):
            row.preparing = event.stage
        elif isinstance(event, journal.Traced):
            row.training = True
        elif isinstance(event, journal.Step):
            row.training = True
            if row.stepping in (None, event.t):  # the steps of one chunk are told together
                row.stepping, row.stepped = event.t, event.step
            row.epoch, row.step = event.epoch, event.step
            row.loss, row.accuracy, row.penalty = event.loss, event.accuracy, event.penalty
            row.learning_rate = event.learning_rate
            row.images_per_second = event.images_per_second or row.images_per_second
        elif isinstance(event, journal.Epoch):
            row.epoch, row.step = event.epoch, event.step
            row.loss, row.accuracy, row.penalty = event.loss, event.accuracy, event.penalty
            row.validation_loss, row.validation_accuracy = event.validation_loss, event.validation_accuracy
            row.images_per_second = event.images_per_second or row.images_per_second
        elif isinstance(event, journal.Tested):
            row.test_error = event.top1_error
        elif isinstance(event, journal.Resumed):
            row.epoch, row.step, row.stepped = event.epoch, event.step, event.step
            row.stepping = None
        elif isinstance(event, journal.Warning | journal.Lost):
            row.warning = event.sentence


def close(row: Row, ending: journal.Exit) -> None:
    """The last word on the run."""
    row.state, row.sentence, row.ended = ending.state, ending.sentence, ending.ended
    row.metrics, row.preparing = ending.metrics, None
    row.newer |= ending.v > journal.VERSION
    row.test_error = ending.metrics.get("test.top1_error", row.test_error)
