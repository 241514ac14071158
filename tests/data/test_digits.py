"""The embedded digits: all of them, split once, each class in its share, and no scikit-learn imported."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits

from tui_ablate.data import DataError, digits_arrays, facts
from tui_ablate.data.digits import digits, doubled
from tui_ablate.spec.experiment import Data

DIGITS = Data(name="digits", validation=0.2)


def test_the_splits_have_the_sizes_the_facts_say() -> None:
    parts = digits()
    assert {name: len(part) for name, part in parts.items()} == facts(DIGITS).splits == {"train": 1437, "test": 360}
    assert parts["train"].images.shape == (1437, 16, 16, 1)
    assert parts["train"].images.dtype == np.uint8


def test_both_splits_together_are_scikit_learns_digits() -> None:
    whole = load_digits()
    grey = np.array([round(255 * level / 16) for level in range(17)], np.uint8)
    assert len(set(grey)) == 17
    images = doubled(grey[whole.images[..., None].astype(int)])
    expected = sorted(zip((image.tobytes() for image in images), whole.target, strict=True))
    ours = [
        (image.tobytes(), label)
        for part in digits().values()
        for image, label in zip(part.images, part.labels, strict=True)
    ]
    assert sorted(ours) == expected


def test_the_split_is_stratified() -> None:
    parts = digits()
    whole = np.bincount(np.concatenate([part.labels for part in parts.values()]), minlength=10)
    for part in parts.values():
        share = whole * len(part) / whole.sum()
        assert np.abs(np.bincount(part.labels, minlength=10) - share).max() < 1


def test_doubling_is_bilinear_with_aligned_centres() -> None:
    small = np.array([[0, 80], [40, 120]], np.uint8).reshape(1, 2, 2, 1)
    assert doubled(small)[0, ..., 0].tolist() == [
        [0, 20, 60, 80], [10, 30, 70, 90], [30, 50, 90, 110], [40, 60, 100, 120],
    ]  # fmt: skip


def test_arrays_follow_the_experiment() -> None:
    arrays = digits_arrays(DIGITS)
    assert (len(arrays.train), len(arrays.validation or ()), len(arrays.test or ())) == (1150, 287, 360)
    assert arrays.mean == pytest.approx(arrays.train.images.mean((0, 1, 2)))
    assert arrays.std == pytest.approx(arrays.train.images.std((0, 1, 2)))
    assert digits_arrays(DIGITS).fingerprint == arrays.fingerprint
    larger = digits_arrays(Data(name="digits", image_size=(20, 24), limit=7))
    assert larger.train.images.shape == (7, 20, 24, 1)
    assert larger.fingerprint != arrays.fingerprint


def test_a_split_the_digits_do_not_have() -> None:
    with pytest.raises(DataError, match="There is no split dev"):
        digits_arrays(Data(name="digits", train="dev"))


def test_reading_them_imports_neither_scikit_learn_nor_tensorflow() -> None:
    code = (
        "import sys; from tui_ablate.data import digits_arrays; from tui_ablate.spec.experiment import Data;"
        "digits_arrays(Data(name='digits'));"
        "sys.exit(str([m for m in ('sklearn', 'tensorflow', 'keras') if m in sys.modules] or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
