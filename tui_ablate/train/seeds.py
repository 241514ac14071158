"""What the seed decides, each from a hash of its own, so that nothing drawn moves anything else drawn."""

from __future__ import annotations

import hashlib

import numpy as np


def derived(seed: int, *parts: object) -> int:
    """A number in [0, 2**31) that ``seed`` and ``parts`` (compared as text) decide."""
    text = "\x1f".join(str(part) for part in (seed, *parts))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "little") >> 1


def _generator(seed: int, *parts: object) -> np.random.Generator:
    key = hashlib.sha256("\x1f".join(str(part) for part in (seed, *parts)).encode()).digest()[:16]
    return np.random.Generator(np.random.Philox(key=np.frombuffer(key, dtype=np.uint64)))


def order(seed: int, epoch: int, examples: int) -> np.ndarray:
    """The order of the training examples in ``epoch`` (from 1): int64 (examples,)."""
    return _generator(seed, "order", epoch).permutation(examples)


def draws(seed: int, epoch: int, examples: int, numbers: int) -> np.ndarray:
    """Random numbers in [0, 65536) that augmentation uses: int32 (examples, numbers), a row an image."""
    return _generator(seed, "augment", epoch).integers(0, 65_536, (examples, numbers), dtype=np.int32)
