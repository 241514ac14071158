"""The least memory that training takes."""

from __future__ import annotations

import msgspec

from tests.graph.networks import CIFAR, experiment, stage
from tui_ablate.graph import build, training_memory
from tui_ablate.spec.experiment import Adam, Sgd


def test_memory_follows_batch_precision_and_optimizer() -> None:
    made = experiment(stage("basic", 64))
    graph = build(made, CIFAR)
    totals = graph.totals
    plain = training_memory(made, graph)
    assert plain.activations == 128 * totals.activation_bytes
    assert plain.weights == 4 * (2 * totals.trainable_params + totals.non_trainable_params)
    assert plain.total == plain.activations + plain.weights

    def with_(**training: object) -> int:
        changed = msgspec.structs.replace(made, training=msgspec.structs.replace(made.training, **training))
        return training_memory(changed, graph).total - plain.total

    assert with_(precision="bfloat16") == -plain.activations // 2
    assert with_(optimizer=Sgd(learning_rate=0.1, momentum=0.9)) == 4 * totals.trainable_params
    assert with_(optimizer=Adam(learning_rate=0.1)) == 8 * totals.trainable_params
