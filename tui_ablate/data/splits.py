"""Which examples train, validate and test: by index, fixed, whatever the seed of a run."""

from __future__ import annotations

import re

import msgspec
import numpy as np

from ..spec.experiment import Data
from . import registry
from .error import DataError
from .facts import Facts

VALIDATION_SEED = 1512
_PIECE = re.compile(r"([A-Za-z_][\w-]*)(?:\[(-?\d{1,15}%?)?:(-?\d{1,15}%?)?\])?")


class Splits(msgspec.Struct, frozen=True):
    """Numbers of examples; None where not known before download, 0 where there are none."""

    train: int | None
    validation: int | None
    test: int | None


def pieces(expression: str, sizes: dict[str, int]) -> list[tuple[str, int, int]]:
    """(split, first, past the last) of each part of a TFDS split expression. Raises DataError."""
    made = []
    for text in expression.replace(" ", "").split("+"):
        match = _PIECE.fullmatch(text)
        if match is None:
            raise DataError(f"{expression[:80]} is no split expression. Write it as train[:80%].")
        name, low, high = match.groups()
        if name == "all" and "all" not in sizes:
            raise DataError(f"The split all is not read here. Name those that you mean, as in {'+'.join(sizes)}.")
        if name not in sizes:
            raise DataError(f"There is no split {name}. This data set has: {', '.join(sizes) or 'none'}.")
        size = sizes[name]
        if low and high and low.endswith("%") != high.endswith("%"):
            raise DataError(f"{text} mixes numbers and percentages. Write both bounds in the same unit.")
        for bound in (low, high):
            most = 100 if bound is not None and bound.endswith("%") else size
            if bound is not None and abs(int(bound.removesuffix("%"))) > most:
                raise DataError(f"{text} asks for more than there is: {name} has {size:,} examples.")
        first = _bound(low, size, 0)
        made.append((name, first, max(first, _bound(high, size, size))))
    return made


def _bound(text: str | None, size: int, default: int) -> int:
    if text is None:
        return default
    # As TFDS: percentages round to the nearest example.
    number = round(int(text[:-1]) * size / 100) if text.endswith("%") else int(text)
    return number + size if text.startswith("-") else number


def count(expression: str, sizes: dict[str, int]) -> int:
    """Examples of a split expression. Raises DataError."""
    return sum(high - low for _, low, high in pieces(expression, sizes))


def splits(data: Data, facts: Facts | None = None) -> Splits:
    """How many examples each part has. Raises DataError for splits the set does not have."""
    facts = registry.facts(data) if facts is None else facts
    if not facts.splits:
        return Splits(None, None, None)
    train = count(data.train, facts.splits)
    if isinstance(data.validation, str):
        validation = count(data.validation, facts.splits)
        _not_empty(data.validation, validation)
    else:
        validation = held_out(train, data.validation)
        train -= validation
    test = 0
    if data.test is not None and not (data.test == "test" and "test" not in facts.splits):
        test = count(data.test, facts.splits)
    if data.limit is not None:
        train = min(train, data.limit)
    return Splits(train, validation, test)


def _not_empty(validation: str, examples: int) -> None:
    if not examples:
        raise DataError(f"data.validation is {validation}, which holds no example. Choose a larger part, as 0.1.")


def held_out(examples: int, share: float) -> int:
    """Validation examples that a ``share`` of ``examples`` is: at least one unless it is 0, never all."""
    if share <= 0:
        return 0
    return max(1, min(examples - 1, round(examples * share))) if examples > 1 else 0


def held_out_indices(examples: int, share: float) -> tuple[np.ndarray, np.ndarray]:
    """(training, validation) indices, each sorted: one pseudo-random choice, the same in every run."""
    order = np.random.Generator(np.random.PCG64(VALIDATION_SEED)).permutation(examples)
    number = held_out(examples, share)
    return np.sort(order[number:]), np.sort(order[:number])


class Members(msgspec.Struct, frozen=True):
    """Places of the examples of each part (int64), all splits of the set counted through in the order of its facts."""

    train: np.ndarray
    validation: np.ndarray | None
    test: np.ndarray | None

    def parts(self) -> dict[str, np.ndarray]:
        """The parts that there are, by name."""
        named = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: places for name, places in named.items() if places is not None}


def members(data: Data, sizes: dict[str, int]) -> Members:
    """Which examples train, validate and test. Raises DataError for splits the set does not have, or empty training.

    A share for validation is one pseudo-random choice of ``data.train``, the same whatever the seed of a run;
    ``data.limit`` takes the first of what is left for training.
    """
    train = _places(data.train, sizes)
    validation: np.ndarray | None
    if isinstance(data.validation, str):
        validation = _places(data.validation, sizes)
        _not_empty(data.validation, len(validation))
    else:
        kept, held = held_out_indices(len(train), data.validation)
        train, validation = train[kept], train[held]
    if data.limit is not None:
        train = train[: data.limit]
    test = None
    if data.test is not None and not (data.test == "test" and "test" not in sizes):
        test = _places(data.test, sizes)
    if not len(train):
        raise DataError(f"{data.name} leaves no example to train on. Change data.train or data.validation.")
    return Members(train, _some(validation), _some(test))


def _places(expression: str, sizes: dict[str, int]) -> np.ndarray:
    first = dict(zip(sizes, np.cumsum([0, *sizes.values()]), strict=False))
    runs = [np.arange(first[name] + low, first[name] + high) for name, low, high in pieces(expression, sizes)]
    return np.concatenate(runs).astype(np.int64)


def _some(places: np.ndarray | None) -> np.ndarray | None:
    return places if places is not None and len(places) else None
