"""A set that does not fit in memory: examples are read and decoded while they train."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..data import DataError
from ..data.arrays import moments
from ..data.splits import Members
from .backend import tf

SAMPLED = 2048
"""Training pictures, evenly spread, whose mean and deviation stand for all where reading all would take hours."""


_INSIDES = re.compile(
    r"\[\[.*?\]\]|\{\{.*?\}\}|\[Op:\w+\]( name:)?|Error in user-defined function .*? iterator: \S+\s", re.DOTALL
)
"""Names of its own nodes that TensorFlow puts into its messages."""


class Source(Protocol):
    """Examples by their place; ``stamp`` changes when they do.

    ``failed``: why the last one could not be read, where the source knows; ``again``: what to do about one otherwise.
    """

    channels: int
    stamp: str
    failed: DataError | None
    again: str

    def dataset(self, places: np.ndarray, size: tuple[int, int]) -> Any:
        """tf.data of (uint8 image (*size, channels), int64 label) of each place, in their order."""


@dataclass(frozen=True)
class StreamPart:
    """One part: the places of its examples in the source."""

    places: np.ndarray

    @property
    def examples(self) -> int:
        """How many there are."""
        return len(self.places)


class Streams:
    """Training, validation and test of a source. ``mean`` and ``std`` as of Arrays, from ``SAMPLED`` pictures."""

    def __init__(self, source: Source, chosen: Members, size: tuple[int, int], pulse: Callable[[], None]) -> None:
        parts = {name: StreamPart(places) for name, places in chosen.parts().items()}
        self.train = parts["train"]
        self.validation, self.test = parts.get("validation"), parts.get("test")
        self._source, self._size = source, size
        digest = hashlib.sha256(f"{source.stamp} {size}".encode())
        for name, part in parts.items():
            digest.update(name.encode() + part.places.tobytes())
        self.fingerprint = digest.hexdigest()
        spread = np.unique(np.linspace(0, len(chosen.train) - 1, SAMPLED).astype(np.int64))
        seen = []
        for image, _ in read_all(source, chosen.train[spread], size):
            pulse()
            seen.append(image)
        self.mean, self.std = moments(np.stack(seen))

    def dataset(self, part: str, indices: np.ndarray | None = None) -> Any:
        """tf.data of (index, uint8 image, label) of ``part``, exactly in the order of ``indices`` (default: all)."""
        places = getattr(self, part).places
        indices = np.arange(len(places)) if indices is None else np.asarray(indices, np.int64)
        pictures = self._source.dataset(places[indices], self._size)
        numbered = tf.data.Dataset.zip((tf.data.Dataset.from_tensor_slices(indices), pictures))
        return numbered.map(lambda index, example: (index, *example))


def read_all(source: Source, places: np.ndarray, size: tuple[int, int]) -> Iterator[tuple[np.ndarray, np.int64]]:
    """(image, label) of each place. Raises DataError where one cannot be decoded."""
    with decoding(source):
        yield from source.dataset(places, size).prefetch(64).as_numpy_iterator()


@contextmanager
def decoding(source: Source) -> Iterator[None]:
    """What TensorFlow meets in the examples of ``source`` becomes a DataError."""
    try:
        yield
    except tf.errors.OpError as error:
        if source.failed is not None:
            raise source.failed from None
        raise DataError(f"An example cannot be decoded ({reason(error)}). {source.again}") from None


def reason(error: Any) -> str:
    """What TensorFlow says of an example, without the names of its own nodes."""
    return " ".join(_INSIDES.sub("", str(error.message)).split())[:160]
