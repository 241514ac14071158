"""The losses of an experiment, each from labels and logits to one number an example."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .backend import tf

EPSILON = 1e-7
"""Keras' clip of probabilities."""


def per_example(name: str, smoothing: float) -> Callable[[Any, Any], Any]:
    """The loss called ``name``: labels int64 (batch,), logits float32 (batch, units) -> float32 (batch,).

    Label smoothing as Keras: y(1 - s) + s / classes (binary: s / 2; Szegedy et al. 2015, arXiv:1512.00567, 7).
    """
    return {
        "sparse_categorical_crossentropy": _Sparse,
        "binary_crossentropy": _Binary,
        "broadcast_binary_crossentropy": _Broadcast,
    }[name](smoothing)


def correct(name: str) -> Callable[[Any, Any], Any]:
    """Whether each example's largest logit (binary: the sign of the one logit) is its label: bool (batch,)."""
    if name == "binary_crossentropy":
        return lambda labels, logits: tf.equal(tf.cast(logits[:, 0] > 0, labels.dtype), labels)
    return lambda labels, logits: tf.equal(tf.argmax(logits, axis=-1, output_type=labels.dtype), labels)


class _Loss:
    def __init__(self, smoothing: float) -> None:
        self.smoothing = smoothing


class _Sparse(_Loss):
    def __call__(self, labels: Any, logits: Any) -> Any:
        if not self.smoothing:
            return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
        classes = logits.shape[-1]
        wanted = tf.one_hot(labels, classes) * (1 - self.smoothing) + self.smoothing / classes
        return tf.nn.softmax_cross_entropy_with_logits(labels=wanted, logits=logits)


class _Binary(_Loss):
    def __call__(self, labels: Any, logits: Any) -> Any:
        wanted = tf.cast(labels, logits.dtype) * (1 - self.smoothing) + self.smoothing / 2
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=wanted, logits=logits[:, 0])


class _Broadcast(_Loss):
    """The notebook's mistake: integer labels (batch, 1) broadcast against all softmax units.

    Each unit is asked to equal the label, so the best answer for label 1 is 1 in every unit, which softmax
    cannot give; Keras 2 computed this without a word, Keras 3 refuses it.
    """

    def __call__(self, labels: Any, logits: Any) -> Any:
        wanted = tf.cast(labels[:, None], logits.dtype) * (1 - self.smoothing) + self.smoothing / 2
        p = tf.clip_by_value(tf.nn.softmax(logits), EPSILON, 1 - EPSILON)
        entropy = wanted * tf.math.log(p + EPSILON) + (1 - wanted) * tf.math.log(1 - p + EPSILON)
        return -tf.reduce_mean(entropy, axis=-1)
