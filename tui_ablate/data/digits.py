"""The embedded set: scikit-learn's 1,797 hand-written digits (UCI optdigits, test part), 8x8 grey, at 16x16.

Read from scikit-learn's own file without importing it, which takes a second.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from ..spec.experiment import Data
from .arrays import Arrays, Part, assembled
from .error import DataError
from .pictures import resized
from .splits import members

SIDE = 16
TEST = 360
_SPLIT_SEED = 2015


@cache
def digits() -> dict[str, Part]:
    """The splits ``train`` (1,437) and ``test`` (360): fixed, and stratified by class. Raises DataError."""
    spec = find_spec("sklearn")
    if spec is None or spec.origin is None:
        raise DataError("scikit-learn, which brings the digits, is not installed. Install tui-ablate again.")
    path = Path(spec.origin).parent / "datasets" / "data" / "digits.csv.gz"
    try:
        with gzip.open(path, "rt") as file:
            table = np.loadtxt(file, delimiter=",", dtype=np.int64)
    except (OSError, ValueError) as error:
        raise DataError(f"The digits could not be read from {path} ({error}). Install scikit-learn again.") from None
    labels = table[:, -1]
    # 0 to 16, in 17 steps of grey.
    small = np.rint(table[:, :-1].reshape(-1, 8, 8, 1) * (255 / 16)).astype(np.uint8)
    images = doubled(small)
    test = stratified(labels, TEST, _SPLIT_SEED)
    chosen = np.zeros(len(labels), bool)
    chosen[test] = True
    return {
        "train": Part(images[~chosen], labels[~chosen]),
        "test": Part(images[chosen], labels[chosen]),
    }


def doubled(small: np.ndarray) -> np.ndarray:
    """Pictures twice as large, bilinear with pixel centres aligned; uint8 (n, h, w, c) in and out."""

    def along(values: np.ndarray, axis: int) -> np.ndarray:
        size = values.shape[axis]
        before = np.take(values, np.maximum(np.arange(size) - 1, 0), axis)
        after = np.take(values, np.minimum(np.arange(size) + 1, size - 1), axis)
        pair = np.stack([(before + 3 * values) / 4, (3 * values + after) / 4], axis + 1)
        shape = list(values.shape)
        shape[axis] *= 2
        return pair.reshape(shape)

    doubled_both: np.ndarray = np.rint(along(along(small.astype(np.float64), 1), 2)).astype(np.uint8)
    return doubled_both


def stratified(labels: np.ndarray, count: int, seed: int) -> np.ndarray:
    """``count`` indices, sorted, with each class in its share (largest remainders first); fixed by ``seed``."""
    classes, sizes = np.unique(labels, return_counts=True)
    exact = sizes * count / len(labels)
    take = np.floor(exact).astype(int)
    for index in np.argsort(take - exact, kind="stable")[: count - take.sum()]:
        take[index] += 1
    order = np.random.Generator(np.random.PCG64(seed)).permutation(len(labels))
    shuffled = labels[order]
    picked = [order[np.flatnonzero(shuffled == c)[:n]] for c, n in zip(classes, take, strict=True)]
    return np.sort(np.concatenate(picked))


def digits_arrays(data: Data) -> Arrays:
    """The digits as ``data`` splits them. Raises DataError."""
    whole = list(digits().values())
    images, labels = (np.concatenate([getattr(part, name) for part in whole]) for name in ("images", "labels"))
    if data.image_size is not None:
        images = np.stack([resized(image, data.image_size) for image in images])
    sizes = dict(zip(digits(), map(len, whole), strict=True))
    parts = {name: Part(images[at], labels[at]) for name, at in members(data, sizes).parts().items()}
    return assembled(parts["train"], parts.get("validation"), parts.get("test"))
