"""How many steps one call into TensorFlow takes: enough to cost nothing, few enough to be interrupted."""

from __future__ import annotations

import time

TARGET = 0.3
"""Seconds a chunk should take. A cancel waits for the chunk's end at most."""
GROWTH = 8
"""A chunk is at most this many times the one before: the first ones also warm up and measure slow."""


class Pace:
    """Steps of the next chunk, from the time the chunks before took. Changes no result, only how often we look."""

    def __init__(self) -> None:
        self.steps = 1
        self._began = 0.0

    def begin(self) -> None:
        """A chunk starts now."""
        self._began = time.perf_counter()

    def end(self, steps: int) -> float:
        """The chunk of ``steps`` is done; returns its seconds."""
        seconds = max(time.perf_counter() - self._began, 1e-6)
        self.steps = int(min(max(1, TARGET * steps / seconds), GROWTH * max(steps, 1)))
        return seconds
