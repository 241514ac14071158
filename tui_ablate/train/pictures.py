"""uint8 images -> what enters the network: augmented, scaled, on the device the images are on.

Random numbers come in with each image (``seeds.draws``), so augmentation is f(seed, epoch, image).
"""

from __future__ import annotations

from typing import Any

from .backend import tf

DRAWS = 5
"""Numbers an image needs: one for flip, two for crop, two for cutout."""
PAD = 4
"""Pixels of black around an image before it is cropped back (He et al. 2015, section 4.2)."""


class Pictures:
    """What is done to images: ``unit`` divides by 255, ``standard`` uses mean and deviation of each channel."""

    def __init__(self, scale: str, augment: tuple[str, ...]) -> None:
        self.scale, self.augment = scale, augment

    def training(self, images: Any, draws: Any, mean: Any, deviation: Any) -> Any:
        """uint8 (batch, h, w, c), draws float32 (batch, DRAWS) in [0, 1) -> float32 (batch, h, w, c)."""
        x = tf.cast(images, tf.float32)
        if "flip" in self.augment:
            x = tf.where(draws[:, 0, None, None, None] < 0.5, x[:, :, ::-1], x)
        if "crop" in self.augment:
            x = _crop(x, draws[:, 1], draws[:, 2])
        x = self._scaled(x, mean, deviation)
        return _cutout(x, draws[:, 3], draws[:, 4]) if "cutout" in self.augment else x

    def evaluation(self, images: Any, mean: Any, deviation: Any) -> Any:
        """uint8 (batch, h, w, c) -> float32 (batch, h, w, c)."""
        return self._scaled(tf.cast(images, tf.float32), mean, deviation)

    def _scaled(self, x: Any, mean: Any, deviation: Any) -> Any:
        return (x - mean) / deviation if self.scale == "standard" else x * (1 / 255)


def _crop(x: Any, down: Any, right: Any) -> Any:
    _, height, width, _ = x.shape
    padded = tf.pad(x, ((0, 0), (PAD, PAD), (PAD, PAD), (0, 0)))
    rows = tf.cast(tf.floor(down * (2 * PAD + 1)), tf.int64)[:, None] + tf.range(height, dtype=tf.int64)
    columns = tf.cast(tf.floor(right * (2 * PAD + 1)), tf.int64)[:, None] + tf.range(width, dtype=tf.int64)
    return tf.gather(tf.gather(padded, rows, axis=1, batch_dims=1), columns, axis=2, batch_dims=1)


def _cutout(x: Any, down: Any, right: Any) -> Any:
    """A square of half the side, centred anywhere, set to zero (DeVries and Taylor 2017, arXiv:1708.04552)."""
    _, height, width, _ = x.shape
    hole = _span(height, down)[:, :, None] & _span(width, right)[:, None, :]
    return tf.where(hole[..., None], tf.zeros_like(x), x)


def _span(size: int, centre: Any) -> Any:
    """Which of ``size`` pixels lie within a quarter of them from ``centre`` (a fraction): bool (batch, size)."""
    middle = tf.floor(centre * size)[:, None]
    place = tf.range(size, dtype=tf.float32)
    return (place >= middle - size // 4) & (place < middle + size // 4)
