"""Scaling and augmentation: exact where they are exact, and decided by seed, epoch and image alone."""

from __future__ import annotations

import numpy as np
import pytest

from tui_ablate.train import seeds
from tui_ablate.train.backend import tf
from tui_ablate.train.pictures import DRAWS, PAD, Pictures

IMAGES = np.random.default_rng(0).integers(1, 256, (200, 12, 12, 3), dtype=np.uint8)
NONE = tf.zeros(3), tf.ones(3)


def augmented(*augment: str, draws: np.ndarray | None = None) -> np.ndarray:
    if draws is None:
        draws = (seeds.draws(1, 1, len(IMAGES), DRAWS) / 65_536).astype(np.float32)
    return np.asarray(Pictures("unit", augment).training(tf.constant(IMAGES), tf.constant(draws), *NONE)) * 255


def test_unit_divides_by_255_and_standard_centres_each_channel() -> None:
    unit = Pictures("unit", ()).evaluation(tf.constant(IMAGES), *NONE)
    np.testing.assert_allclose(unit, IMAGES / 255, rtol=1e-6)
    mean, deviation = IMAGES.mean((0, 1, 2)).astype(np.float32), IMAGES.std((0, 1, 2)).astype(np.float32)
    standard = np.asarray(Pictures("standard", ()).evaluation(tf.constant(IMAGES), mean, deviation))
    np.testing.assert_allclose(standard.mean((0, 1, 2)), 0, atol=1e-4)
    np.testing.assert_allclose(standard.std((0, 1, 2)), 1, rtol=1e-4)


def test_flip_mirrors_about_half() -> None:
    found = augmented("flip")
    same = [np.allclose(a, b) for a, b in zip(found, IMAGES, strict=True)]
    mirrored = [np.allclose(a, b[:, ::-1]) for a, b in zip(found, IMAGES, strict=True)]
    assert all(a != b for a, b in zip(same, mirrored, strict=True))
    assert 60 < sum(mirrored) < 140


def test_crop_shifts_by_up_to_four_pixels_over_black() -> None:
    found = augmented("crop")
    shifts = set()
    padded = np.pad(IMAGES, ((0, 0), (PAD, PAD), (PAD, PAD), (0, 0)))
    for image, source in zip(found, padded, strict=True):
        fits = [
            (down, right)
            for down in range(2 * PAD + 1)
            for right in range(2 * PAD + 1)
            if np.allclose(image, source[down : down + 12, right : right + 12], atol=0.01)
        ]
        assert len(fits) == 1
        shifts.add(fits[0])
    assert {down for down, _ in shifts} == {right for _, right in shifts} == set(range(9))


def test_cutout_blanks_one_square_of_half_the_side() -> None:
    for image, source in zip(augmented("cutout"), IMAGES, strict=True):
        hole = np.all(image == 0, axis=-1)
        np.testing.assert_allclose(image[~hole], source[~hole], atol=0.01)
        rows, columns = hole.any(1), hole.any(0)
        assert 3 <= rows.sum() <= 6
        assert 3 <= columns.sum() <= 6
        np.testing.assert_array_equal(hole, rows[:, None] & columns[None, :])


def test_augmentation_of_an_image_depends_on_nothing_beside_it() -> None:
    draws = (seeds.draws(1, 1, len(IMAGES), DRAWS) / 65_536).astype(np.float32)
    whole = augmented("flip", "crop", "cutout", draws=draws)
    pictures = Pictures("unit", ("flip", "crop", "cutout"))
    picked = [7, 3, 150]
    part = pictures.training(tf.constant(IMAGES[picked]), tf.constant(draws[picked]), *NONE)
    np.testing.assert_array_equal(np.asarray(part) * 255, whole[picked])


@pytest.mark.parametrize("other", [(2, 1), (1, 2)])
def test_seed_and_epoch_decide_order_and_draws(other: tuple[int, int]) -> None:
    np.testing.assert_array_equal(seeds.order(1, 1, 50), seeds.order(1, 1, 50))
    np.testing.assert_array_equal(np.sort(seeds.order(1, 1, 50)), np.arange(50))
    assert not np.array_equal(seeds.order(1, 1, 50), seeds.order(*other, 50))
    assert not np.array_equal(seeds.draws(1, 1, 50, DRAWS), seeds.draws(*other, 50, DRAWS))
