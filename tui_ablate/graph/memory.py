"""How much memory training needs at the least."""

from __future__ import annotations

import msgspec

from ..spec.experiment import Adam, AdamW, Experiment, Sgd
from .network import LayerGraph
from .totals import FLOAT32


class TrainingMemory(msgspec.Struct, frozen=True):
    """Bytes that training cannot do without; what a device really takes is more (work space, copies, fragments).

    ``activations``: the outputs of all layers for one batch, kept for the backward pass, at the precision of the
    experiment. ``weights``: all weights, a gradient for each trainable one and the optimizer's slots, in float32.
    """

    activations: int
    weights: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.activations + self.weights


def training_memory(experiment: Experiment, graph: LayerGraph) -> TrainingMemory:
    """The least that training ``experiment`` with its own batch size holds in memory at once, in bytes."""
    training = experiment.training
    share = 2 if training.precision == "bfloat16" else 1
    totals = graph.totals
    trainable = totals.trainable_params * (2 + _slots(training.optimizer))
    return TrainingMemory(
        activations=totals.activation_bytes * experiment.data.batch_size // share,
        weights=FLOAT32 * (trainable + totals.non_trainable_params),
    )


def _slots(optimizer: Sgd | Adam | AdamW) -> int:
    """Numbers the optimizer keeps beside each weight."""
    if isinstance(optimizer, Sgd):
        return 1 if optimizer.momentum else 0
    return 2
