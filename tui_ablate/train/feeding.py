"""Images to the compiled functions: resident on the device, cut from arrays, or streamed, a chunk at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import msgspec
import numpy as np

from ..data import DataError
from .backend import tf
from .pace import Pace
from .streams import reason

RESIDENT_SHARE = 0.5
"""Pictures lie on the device where all splits together take no more than this share of its memory."""
SLAB_BYTES = 256 << 20
"""Images handed over at once where they are not resident."""


class Chunk(msgspec.Struct, frozen=True):
    """Some batches: rows ``picks`` of ``images`` and ``labels``; ``first`` is their place in the epoch's order."""

    images: Any
    labels: Any
    picks: np.ndarray
    first: int


class Feed(Protocol):
    """One split."""

    examples: int

    def chunks(self, order: np.ndarray, batch: int, pace: Pace) -> Iterator[Chunk]:
        """``order`` (int64, examples by number) in chunks of ``pace.steps`` batches, asked anew for each."""


class Resident:
    """A split that lies on the device."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, device: str) -> None:
        self.examples = len(labels)
        with tf.device(device):
            self.images = tf.identity(tf.constant(images))
            self.labels = tf.identity(tf.constant(labels, dtype=tf.int64))

    def chunks(self, order: np.ndarray, batch: int, pace: Pace) -> Iterator[Chunk]:
        """See Feed."""
        first = 0
        while first < len(order):
            picks = order[first : first + batch * pace.steps]
            yield Chunk(self.images, self.labels, picks, first)
            first += len(picks)


class Sliced:
    """A split in arrays (memory-mapped, as a rule) that is too large for the device."""

    def __init__(self, images: np.ndarray, labels: np.ndarray) -> None:
        self.examples = len(labels)
        self.images, self.labels = images, labels

    def chunks(self, order: np.ndarray, batch: int, pace: Pace) -> Iterator[Chunk]:
        """See Feed."""
        first = 0
        while first < len(order):
            picks = order[first : first + batch * _steps(pace, batch, self.images[0].nbytes)]
            yield Chunk(self.images[picks], self.labels[picks], np.arange(len(picks)), first)
            first += len(picks)


class Streamed:
    """A split read while training."""

    def __init__(self, streams: Any, part: str) -> None:
        self.streams, self.part = streams, part
        self.examples = int(getattr(streams, part).examples)

    def chunks(self, order: np.ndarray, batch: int, pace: Pace) -> Iterator[Chunk]:
        """See Feed."""
        batches = self.streams.dataset(self.part, order).batch(batch).prefetch(2).as_numpy_iterator()
        first = 0
        held: list[tuple[np.ndarray, ...]] = []
        while (item := self._next(batches)) is not None:
            held.append(item)
            if len(held) >= _steps(pace, batch, item[1][0].nbytes):
                yield _slab(held, first)
                first += sum(len(part[0]) for part in held)
                held = []
        if held:
            yield _slab(held, first)

    def _next(self, batches: Iterator[Any]) -> Any:
        try:
            return next(batches, None)
        except tf.errors.ResourceExhaustedError:
            raise
        except tf.errors.OpError as error:
            raise DataError(f"A {self.part} example cannot be read ({reason(error)}). Fetch the set again.") from error


def feeds(prepared: Any, device: str, memory: int) -> dict[str, Feed | None]:
    """The splits of ``prepared`` by name, on ``device`` where they fit in its ``memory`` (bytes) beside a network."""
    parts = {name: getattr(prepared, name) for name in ("train", "validation", "test")}
    arrays = [part for part in parts.values() if hasattr(part, "images")]
    fit = sum(part.images.nbytes for part in arrays) <= RESIDENT_SHARE * memory

    def feed(name: str, part: Any) -> Feed | None:
        if part is None:
            return None
        if not hasattr(part, "images"):
            return Streamed(prepared, name)
        return Resident(part.images, part.labels, device) if fit else Sliced(part.images, part.labels)

    return {name: feed(name, part) for name, part in parts.items()}


def _steps(pace: Pace, batch: int, image_bytes: int) -> int:
    return max(1, min(pace.steps, SLAB_BYTES // max(1, batch * image_bytes)))


def _slab(batches: list[tuple[np.ndarray, ...]], first: int) -> Chunk:
    _, images, labels = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    return Chunk(images, labels.astype(np.int64), np.arange(len(labels)), first)
