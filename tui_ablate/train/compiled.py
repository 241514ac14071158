"""A network with its optimizer and its compiled functions: a chunk of training, one of evaluation, a health check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..graph.network import LayerGraph
from ..spec.experiment import Data, Training
from . import losses, optimizer
from .backend import tf
from .builder import build_model, initialise, kernels
from .pictures import DRAWS, Pictures
from .watch import Watch

NUMBERS = 4
"""What every step tells: loss, penalty, share of right answers, size of its batch."""


class Compiled:
    """Compiled once, used for every seed: ``reset`` makes it the network that a seed starts with.

    ``xla`` compiles each step with XLA; on a CPU that made ResNet-34 eight times slower.
    """

    def __init__(self, graph: LayerGraph, data: Data, training: Training, *, xla: bool = False) -> None:
        self.graph = graph
        self.batch = data.batch_size
        self.model = build_model(graph, training.precision)
        self.shape = graph.nodes[0].output_shape
        self._kernels = kernels(self.model, graph)
        self._variables = self.model.trainable_variables
        self.optimizer = optimizer.make(training.optimizer, training.weight_decay, self._variables, self._kernels)
        self._l2 = training.l2
        self._loss = losses.per_example(training.loss, training.label_smoothing)
        self._correct = losses.correct(training.loss)
        self._pictures = Pictures(data.scale, data.augment)
        self.watch = Watch(graph, self.model, training.watch)
        images = tf.TensorSpec((None, *self.shape), tf.uint8)
        many = tf.TensorSpec((None,), tf.int64)
        channels = tf.TensorSpec((self.shape[-1],), tf.float32)
        self._step = tf.function(self._one_step, jit_compile=True) if xla else self._one_step
        self._train = tf.function(
            self._train_chunk,
            input_signature=(
                images,
                many,
                many,
                tf.TensorSpec((None, DRAWS), tf.float32),
                tf.TensorSpec((None,), tf.float32),
                channels,
                channels,
            ),
        )
        self._evaluate = tf.function(self._evaluate_chunk, input_signature=(images, many, many, channels, channels))
        self._finite = tf.function(self._all_finite, input_signature=())

    def reset(self, seed: int) -> None:
        """The weights ``seed`` decides, and an optimizer that has not stepped yet."""
        initialise(self.model, self.graph, seed)
        optimizer.reset(self.optimizer)

    def trace(self) -> None:
        """Write the functions' graphs, so that the first chunk need not."""
        self._train.get_concrete_function()
        self._evaluate.get_concrete_function()
        self._finite.get_concrete_function()

    def train(self, images: Any, labels: Any, picks: Any, draws: Any, rates: Any, mean: Any, deviation: Any) -> Any:
        """One step for each of ``rates`` (float32 (steps,)), each on the next ``batch`` of ``picks``.

        ``picks`` int64 (n,) are rows of ``images`` uint8 and ``labels`` int64; the last batch may be short.
        ``draws`` float32 (n, DRAWS) belong to the picks. Returns numpy float32 (steps, NUMBERS + watched).
        """
        return self._train(images, labels, picks, draws, rates, mean, deviation).numpy()

    def evaluate(self, images: Any, labels: Any, picks: Any, mean: Any, deviation: Any) -> np.ndarray:
        """(sum of the loss without penalty, number of right answers) of each batch: float32 (batches, 2).

        A batch each, and not their sum: that would depend, in its last bits, on how many a call takes.
        """
        return self._evaluate(images, labels, picks, mean, deviation).numpy()

    def penalty(self) -> float:
        """The L2 part of the loss at the weights as they are."""
        return float(self._penalty())

    def finite(self) -> bool:
        """Whether every weight is a finite number."""
        return bool(self._finite())

    def weights(self) -> list[Any]:
        """A copy of all weights, in the host's memory."""
        return [weight.numpy() for weight in self.model.weights]

    def take(self, weights: list[Any]) -> None:
        """Go back to ``weights`` copied before."""
        for variable, value in zip(self.model.weights, weights, strict=True):
            variable.assign(value)

    def state(self) -> dict[str, np.ndarray]:
        """A copy of every variable of network and optimizer, seed states included, by name."""
        return {name: variable.numpy() for name, variable in self._state().items()}

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Be what ``state`` gave. Raises ValueError where that was another network."""
        for name, variable in self._state().items():
            array = arrays.get(name)
            if array is None or array.shape != tuple(variable.shape):
                raise ValueError(f"the checkpoint does not fit this network at {name}")
            variable.assign(array)

    def _state(self) -> dict[str, Any]:
        held = {"model": self.model.variables, "optimizer": self.optimizer.variables}
        return {f"{part}.{place}": each for part, variables in held.items() for place, each in enumerate(variables)}

    def _all_finite(self) -> Any:
        found = [tf.reduce_all(tf.math.is_finite(tf.convert_to_tensor(weight))) for weight in self.model.weights]
        return tf.reduce_all(tf.stack(found))

    def _penalty(self) -> Any:
        """λ·Σw² over kernels, float32."""
        if not self._l2:
            return tf.constant(0.0)
        return 2 * self._l2 * tf.add_n([tf.nn.l2_loss(tf.convert_to_tensor(kernel)) for kernel in self._kernels])

    def _one_step(self, images: Any, labels: Any, draws: Any, rate: Any, mean: Any, deviation: Any) -> Any:
        x = self._pictures.training(images, draws, mean, deviation)
        with tf.GradientTape() as tape:
            logits, scales = self.watch.forward(x)
            penalty = self._penalty()
            loss = tf.reduce_mean(self._loss(labels, logits)) + penalty
        gradients = tape.gradient(loss, self._variables)
        self.optimizer.learning_rate.assign(rate)
        self.optimizer.apply(gradients)
        right = tf.cast(self._correct(labels, logits), tf.float32)
        size = tf.cast(tf.shape(labels)[0], tf.float32)
        return tf.stack([loss, penalty, tf.reduce_mean(right), size, *self.watch.norms(gradients), *scales])

    def _train_chunk(
        self, images: Any, labels: Any, picks: Any, draws: Any, rates: Any, mean: Any, deviation: Any
    ) -> Any:
        steps = tf.shape(rates)[0]

        def body(step: Any, seen: Any) -> tuple[Any, Any]:
            first = step * self.batch
            rows = picks[first : first + self.batch]
            batch = tf.ensure_shape(tf.gather(images, rows), (None, *self.shape))
            drawn = draws[first : first + self.batch]
            numbers = self._step(batch, tf.gather(labels, rows), drawn, rates[step], mean, deviation)
            return step + 1, seen.write(step, numbers)

        seen = tf.TensorArray(tf.float32, size=steps, element_shape=(NUMBERS + len(self.watch.names),))
        return tf.while_loop(lambda step, _: step < steps, body, (0, seen), parallel_iterations=1)[1].stack()

    def _evaluate_chunk(self, images: Any, labels: Any, picks: Any, mean: Any, deviation: Any) -> Any:
        batches = -(-tf.shape(picks)[0] // self.batch)

        def body(number: Any, seen: Any) -> tuple[Any, Any]:
            rows = picks[number * self.batch : (number + 1) * self.batch]
            batch = tf.ensure_shape(tf.gather(images, rows), (None, *self.shape))
            wanted = tf.gather(labels, rows)
            logits = self.model(self._pictures.evaluation(batch, mean, deviation), training=False)
            right = tf.math.count_nonzero(self._correct(wanted, logits), dtype=tf.float32)
            return number + 1, seen.write(number, tf.stack([tf.reduce_sum(self._loss(wanted, logits)), right]))

        seen = tf.TensorArray(tf.float32, size=batches, element_shape=(2,))
        return tf.while_loop(lambda number, _: number < batches, body, (0, seen), parallel_iterations=1)[1].stack()
