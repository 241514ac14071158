"""What a run writes down while it lives: one event a line of ``journal.jsonl``.

Accuracies and errors are fractions, losses plain numbers, ``t`` seconds since 1970, epochs count from 1 and
``step`` counts the steps of the whole run. A value that is not finite is written as null and read as nan.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import msgspec

from .version import VERSION


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag=str.lower):
    """Base of all events; ``v`` is the format's version."""

    v: int = VERSION
    t: float


class Queued(Event, frozen=True):
    """The run was asked for; with what a table says of it, so that no one has to read its experiment for that."""

    name: str
    seed: int
    study: str | None = None
    variant: str | None = None
    epochs: int | None = None
    device: str | None = None


class Started(Event, frozen=True):
    """A worker has taken the run."""

    host: str
    pid: int
    device: str
    versions: dict[str, str]
    threads: int
    epochs: int
    parameters: int | None = None
    steps_per_epoch: int | None = None
    train_examples: int | None = None
    validation_examples: int | None = None
    test_examples: int | None = None
    fingerprint: str | None = None


class Preparing(Event, frozen=True):
    """Data are being fetched or read; ``done`` of ``total`` in the stage's own unit (0: not known)."""

    stage: str
    done: float = 0
    total: float = 0


class Traced(Event, frozen=True):
    """The network is compiled; it took ``seconds``."""

    seconds: float


class Step(Event, frozen=True):
    """Training at one step. ``loss`` is what is optimised, ``penalty`` its L2 part."""

    epoch: int
    step: int
    loss: float | None
    penalty: float | None
    accuracy: float | None
    learning_rate: float | None
    images_per_second: float | None = None


class Epoch(Event, frozen=True):
    """An epoch's end: means over its training examples, and the validation after it."""

    epoch: int
    step: int
    loss: float | None
    penalty: float | None
    accuracy: float | None
    top1_error: float | None
    learning_rate: float | None
    images_per_second: float | None
    validation_loss: float | None
    validation_accuracy: float | None
    seconds: float


class Watched(Event, frozen=True):
    """``training.watch``: one number a stage, once an epoch; ``what`` is gradients or activations."""

    epoch: int
    what: str
    values: dict[str, float | None]


class Checkpoint(Event, frozen=True):
    """All state is on disk."""

    epoch: int
    step: int


class Paused(Event, frozen=True):
    """The run waits to be resumed."""

    epoch: int
    step: int


class Resumed(Event, frozen=True):
    """Training goes on after ``step``, ``epoch`` epochs being over; what stood beyond is superseded."""

    epoch: int
    step: int


class Lost(Event, frozen=True):
    """Its worker died; the run is in the queue again, and the sentence says why."""

    sentence: str


class Warning(Event, frozen=True):
    """Something a person should know; the run goes on."""

    sentence: str


class Tested(Event, frozen=True):
    """The one evaluation on the test set, with the ``weights`` (last or best) of ``epoch``."""

    loss: float | None
    accuracy: float | None
    top1_error: float | None
    examples: int
    weights: str
    epoch: int


class Ended(Event, frozen=True):
    """The run's last event."""

    state: str
    sentence: str


AnyEvent: TypeAlias = (
    Queued
    | Started
    | Preparing
    | Traced
    | Step
    | Epoch
    | Watched
    | Checkpoint
    | Paused
    | Resumed
    | Lost
    | Warning
    | Tested
    | Ended
)

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def encode(event: AnyEvent) -> bytes:
    """One line, newline included. msgspec writes nan and infinities as null."""
    return _encoder.encode(event) + b"\n"


def decode(line: bytes) -> AnyEvent | None:
    """The event of a line, or None for one this version cannot read (torn, foreign, of a newer kind or format)."""
    try:
        event = _decoder.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return None
    return event if event.v <= VERSION else None


def number(value: float | None) -> float:
    """``value`` as written: null stands for a number that was not finite."""
    return math.nan if value is None else value


def fields(event: Event) -> dict[str, Any]:
    """The event as a mapping."""
    return dict(msgspec.structs.asdict(event))
