"""Losses against Keras', and the notebook's mistake against its definition."""

from __future__ import annotations

import numpy as np
import pytest

from tui_ablate.train.backend import keras, tf
from tui_ablate.train.losses import correct, per_example

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_sparse_cross_entropy(smoothing: float) -> None:
    logits, labels = RANDOM.normal(size=(6, 5)).astype(np.float32), RANDOM.integers(0, 5, 6)
    theirs = keras.losses.categorical_crossentropy(
        np.eye(5, dtype=np.float32)[labels], logits, from_logits=True, label_smoothing=smoothing
    )
    ours = per_example("sparse_categorical_crossentropy", smoothing)(tf.constant(labels), tf.constant(logits))
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    right = correct("sparse_categorical_crossentropy")(tf.constant(labels), tf.constant(logits))
    np.testing.assert_array_equal(right, logits.argmax(1) == labels)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_binary_cross_entropy_of_one_unit(smoothing: float) -> None:
    logits, labels = RANDOM.normal(size=(6, 1)).astype(np.float32), RANDOM.integers(0, 2, 6)
    wanted = labels[:, None].astype(np.float32)
    theirs = keras.losses.binary_crossentropy(wanted, logits, from_logits=True, label_smoothing=smoothing)
    ours = per_example("binary_crossentropy", smoothing)(tf.constant(labels), tf.constant(logits))
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    right = correct("binary_crossentropy")(tf.constant(labels), tf.constant(logits))
    np.testing.assert_array_equal(right, (logits[:, 0] > 0) == (labels == 1))


def test_the_notebooks_loss_broadcasts_integer_labels_against_both_units() -> None:
    logits, labels = RANDOM.normal(size=(6, 2)).astype(np.float32), RANDOM.integers(0, 2, 6)
    both = np.repeat(labels[:, None], 2, axis=1).astype(np.float32)
    theirs = keras.losses.binary_crossentropy(both, tf.nn.softmax(logits))
    ours = per_example("broadcast_binary_crossentropy", 0.0)(tf.constant(labels), tf.constant(logits))
    np.testing.assert_allclose(ours, theirs, rtol=1e-4)


def test_the_notebooks_loss_cannot_fall_below_its_floor() -> None:
    """Whatever the label, one softmax unit is wrong: the best two units can do is one half each."""
    loss = per_example("broadcast_binary_crossentropy", 0.0)
    sure = tf.constant([[-20.0, 20.0], [0.0, 0.0]])
    worst, best = loss(tf.constant([1, 1], tf.int64), sure).numpy()
    assert best == pytest.approx(np.log(2), rel=1e-3)
    assert worst > 5
