"""Pictures in memory: uint8 arrays of each split, and what their pixels are like."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Part:
    """``images`` uint8 (n, height, width, channels), ``labels`` int64 (n,)."""

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    def picked(self, indices: npt.NDArray[Any]) -> Part:
        """The examples at ``indices``, in that order."""
        return Part(self.images[indices], self.labels[indices])


@dataclass(frozen=True)
class Arrays:
    """A data set ready to train on. ``mean`` and ``std`` are of the training pixels, a channel each, in 0..255."""

    train: Part
    validation: Part | None
    test: Part | None
    mean: tuple[float, ...]
    std: tuple[float, ...]
    fingerprint: str


def assembled(train: Part, validation: Part | None, test: Part | None) -> Arrays:
    """Arrays with the moments and the fingerprint (sha256, hex) of what is in them."""
    mean, std = moments(train.images)
    digest = hashlib.sha256()
    for part in (train, validation, test):
        if part is not None:
            digest.update(str(part.images.shape).encode())
            digest.update(np.ascontiguousarray(part.images).data)
            digest.update(np.ascontiguousarray(part.labels).data)
        digest.update(b"|")
    return Arrays(train, validation, test, mean, std, digest.hexdigest())


def moments(images: npt.NDArray[np.uint8]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each channel, exact sums over blocks of pictures."""
    channels = images.shape[-1]
    total = np.zeros(channels)
    squares = np.zeros(channels)
    for start in range(0, len(images), 1024):
        block = images[start : start + 1024].reshape(-1, channels).astype(np.float64)
        total += block.sum(0)
        squares += (block**2).sum(0)
    count = max(1, images[..., 0].size)
    mean = total / count
    std = np.sqrt(np.maximum(squares / count - mean**2, 0))
    return tuple(map(float, mean)), tuple(map(float, std))
