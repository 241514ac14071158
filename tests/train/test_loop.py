"""The loop in this process: against Keras step by step, and what it tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tui_ablate import journal
from tui_ablate.data import enters
from tui_ablate.data.facts import Input
from tui_ablate.graph.build import build
from tui_ablate.spec.experiment import Experiment
from tui_ablate.spec.load import load
from tui_ablate.train import feeding, seeds
from tui_ablate.train.backend import keras, tf
from tui_ablate.train.builder import build_model, initialise
from tui_ablate.train.compiled import Compiled
from tui_ablate.train.endings import Diverged, Refused
from tui_ablate.train.feeding import Resident, Sliced
from tui_ablate.train.loop import Run, Splits
from tui_ablate.train.prepare import ensure

Tiny = Callable[..., Experiment]


def splits_of(experiment: Experiment, kind: Any = None) -> Splits:
    arrays = ensure(experiment.data, None, lambda progress: None, lambda: False)
    feed = kind or (lambda images, labels: Resident(images, labels, "/CPU:0"))
    parts = [feed(part.images, part.labels) for part in (arrays.train, arrays.validation, arrays.test)]
    return Splits(*parts, np.float32(arrays.mean), np.float32(arrays.std))


def trained(experiment: Experiment, seed: int = 0, **options: Any) -> tuple[Any, list[Any], Compiled]:
    """(result, events, network) of a run."""
    network = options.pop("network", None) or network_of(experiment)
    told: list[Any] = []
    splits = options.pop("splits", None) or splits_of(experiment)
    run = Run(network, experiment, splits, seed, told.append, options.pop("pulse", lambda epoch, step: None))
    result = run.go()
    run.flush()
    return result, told, network


def network_of(experiment: Experiment) -> Compiled:
    graph = build(experiment, enters(experiment.data))
    return Compiled(graph, experiment.data, experiment.training)


def of(told: list[Any], kind: type) -> list[Any]:
    return [event for event in told if isinstance(event, kind)]


SGD = "training.optimizer={name: sgd, learning_rate: 0.02, momentum: 0.9, nesterov: true, clipnorm: 0.5}"
ADAM = "training.optimizer={name: adam, learning_rate: 0.002, clipnorm: 0.5}"


@pytest.mark.parametrize("optimizer", [SGD, ADAM])
def test_the_steps_are_those_of_keras(tiny: Tiny, optimizer: str) -> None:
    """Same weights, batches, clipping, L2 and decay: the same losses, learning rates and final weights."""
    experiment = tiny(optimizer, "training.l2=0.001", "training.weight_decay=0.01", "training.epochs=1")
    splits = splits_of(experiment)
    _, told, network = trained(experiment, 4, splits=splits)

    graph = network.graph
    theirs = build_model(graph)
    initialise(theirs, graph, 4)
    config = {k: v for k, v in vars_of(experiment.training.optimizer).items() if v is not None}
    kind = keras.optimizers.SGD if optimizer is SGD else keras.optimizers.Adam
    mended = kind(**config, weight_decay=0.01)
    mended.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    for layer in theirs.layers:
        if hasattr(layer, "kernel"):
            layer.kernel.regularizer = keras.regularizers.L2(0.001)
    theirs.compile(mended, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    order = seeds.order(4, 1, splits.train.examples)
    images, labels = splits.train.images.numpy() / np.float32(255), splits.train.labels.numpy()
    steps = of(told, journal.Step)
    assert len(steps) == 9
    for index, step in enumerate(steps):
        rows = order[128 * index : 128 * (index + 1)]
        loss = theirs.train_on_batch(images[rows], labels[rows])
        assert step.loss == pytest.approx(float(loss), rel=2e-3)
        assert 0 < step.penalty < step.loss
        theirs.reset_metrics()
    for mine, its in zip(network.model.weights, theirs.weights, strict=True):
        np.testing.assert_allclose(mine.numpy(), its.numpy(), rtol=2e-2, atol=2e-3)


def vars_of(spec: Any) -> dict[str, Any]:
    return {name: getattr(spec, name) for name in spec.__struct_fields__}


def test_shapes_of_epochs_and_the_one_test(tiny: Tiny) -> None:
    result, told, network = trained(tiny("training.l2=0.01", "training.epochs=3"))
    epochs = of(told, journal.Epoch)
    assert [(e.epoch, e.step) for e in epochs] == [(1, 9), (2, 18), (3, 27)]
    assert [s.step for s in of(told, journal.Step)] == list(range(1, 28))
    first = [s for s in of(told, journal.Step) if s.epoch == 1]
    sizes = [128] * 8 + [1150 - 8 * 128]
    assert epochs[0].loss == pytest.approx(np.average([s.loss for s in first], weights=sizes), rel=1e-5)
    assert epochs[0].top1_error == pytest.approx(1 - epochs[0].accuracy)
    (tested,) = of(told, journal.Tested)
    assert told[-1] is tested
    assert (tested.examples, tested.weights, tested.epoch) == (360, "last", 3)
    assert result.metrics["test.top1_error"] == tested.top1_error
    # What was told is what the network gives: loss with the penalty of the weights as they are.
    squares = sum(float(np.sum(np.square(w))) for w in network.model.trainable_weights if w.name == "kernel")
    assert network.penalty() == pytest.approx(0.01 * squares, rel=1e-4)
    splits = splits_of(tiny())
    logits = network.model(splits.test.images.numpy() / np.float32(255))
    right = np.mean(np.argmax(logits, 1) == splits.test.labels.numpy())
    assert tested.accuracy == pytest.approx(right)


def test_remainders_are_dropped_when_asked(tiny: Tiny) -> None:
    _, told, _ = trained(tiny("data.drop_remainder=true", "training.epochs=2"))
    assert [e.step for e in of(told, journal.Epoch)] == [8, 16]


class Streamed:
    """The digits as a set that does not fit in memory."""

    class Part:
        def __init__(self, images: np.ndarray, labels: np.ndarray) -> None:
            self.images, self.labels, self.examples = images, labels, len(labels)

    @classmethod
    def of(cls, experiment: Experiment) -> Splits:
        streams = cls()
        full = splits_of(experiment, cls.Part)
        for name in ("train", "validation", "test"):
            setattr(streams, name, getattr(full, name))
        parts = [feeding.Streamed(streams, name) for name in ("train", "validation", "test")]
        return Splits(*parts, full.mean, full.deviation)

    def dataset(self, part: str, order: np.ndarray) -> Any:
        chosen: Any = getattr(self, part)
        return tf.data.Dataset.from_tensor_slices((order, chosen.images[order], chosen.labels[order]))


def test_where_the_images_lie_and_how_often_we_look_changes_no_bit(tiny: Tiny) -> None:
    experiment = tiny("data.augment=[flip, crop]", "data.scale=standard", "model.head.dropout=0.2")
    network = network_of(experiment)
    found = []
    streamed = Streamed.of(experiment)
    for options in ({}, {"splits": splits_of(experiment, Sliced)}, {"splits": streamed}):
        trained(experiment, 1, network=network, **options)
        found.append(network.weights())
    for mine, cut, read in zip(*found, strict=True):
        np.testing.assert_array_equal(mine, cut)
        np.testing.assert_array_equal(mine, read)


def test_best_weights_are_tested_and_kept(tiny: Tiny) -> None:
    rise = "training.schedule={name: steps, at: [2], factor: 20}"
    experiment = tiny(
        "training.checkpoint=best", "training.epochs=4", rise, "model.head.pool=flatten", "data.batch_size=32"
    )
    result, told, network = trained(experiment)
    accuracies = [e.validation_accuracy for e in of(told, journal.Epoch)]
    best = int(np.argmax(accuracies)) + 1
    assert result.epoch == best < 4
    assert result.metrics["validation.accuracy"] == max(accuracies)
    images, labels = splits_of(experiment).validation.images.numpy(), splits_of(experiment).validation.labels.numpy()
    right = np.mean(np.argmax(network.model(images / np.float32(255)), 1) == labels)
    assert right == pytest.approx(max(accuracies))


def test_early_stopping_and_plateau_follow_validation(tiny: Tiny) -> None:
    result, told, _ = trained(
        tiny(
            "training.epochs=40",
            "training.optimizer.learning_rate=1e-9",
            "training.optimizer.momentum=0",
            "model.normalization={name: none}",
            "training.schedule={name: plateau, patience: 2, factor: 0.5}",
            "training.early_stopping={patience: 6, monitor: validation.accuracy}",
        )
    )
    assert result.stopped_early
    assert result.epochs == 7
    rates = [e.learning_rate for e in of(told, journal.Epoch)]
    np.testing.assert_allclose(rates, [1e-9] * 3 + [5e-10] * 2 + [2.5e-10] * 2, rtol=1e-5)


def test_watched_numbers_come_once_an_epoch_for_each_part(tiny: Tiny) -> None:
    plain, _, network = trained(tiny())
    watched, told, other = trained(tiny("training.watch=[gradients, activations]"))
    events = of(told, journal.Watched)
    assert [(e.epoch, e.what) for e in events] == [(n, w) for n in (1, 2) for w in ("gradients", "activations")]
    assert all(value > 0 for event in events for value in event.values.values())
    assert set(events[1].values) == {"stage1", "head"}
    for mine, its in zip(network.weights(), other.weights(), strict=True):
        np.testing.assert_allclose(mine, its, atol=1e-4)
    assert plain.metrics["test.accuracy"] == pytest.approx(watched.metrics["test.accuracy"], abs=0.02)


def test_a_loss_that_is_not_finite_ends_the_run_at_its_step(tiny: Tiny) -> None:
    wild = tiny(
        "training.optimizer.learning_rate=1e6", "model.normalization={name: none}", "model.activation=leaky_relu"
    )
    with pytest.raises(Diverged, match=r"not finite in epoch \d+, at step \d+"):
        trained(wild)


def test_weights_that_are_not_finite_end_the_run_at_their_epoch(tiny: Tiny) -> None:
    """They are noticed before they can be kept as the best, though no loss shows them."""
    experiment = tiny("training.epochs=3", "training.checkpoint=best")
    network = network_of(experiment)
    network.trace()
    spoilt = network.model.trainable_weights[0]
    was = spoilt.numpy()

    def spoil(epoch: int, step: int) -> None:
        # Between two chunks, as a step would: in the second epoch, after its last chunk.
        if step == 18:
            broken = was.copy()
            broken.flat[0] = np.inf
            spoilt.assign(broken)

    network.evaluate = lambda *given: np.float32([[1.0, 1.0]])
    told: list[Any] = []
    with pytest.raises(Diverged, match="Weights were not finite after epoch 2"):
        Run(network, experiment, splits_of(experiment), 0, told.append, spoil).go()
    assert [e.epoch for e in of(told, journal.Epoch)] == [1, 2]


@pytest.mark.parametrize("sets", [("training.checkpoint=best",), ("training.early_stopping={patience: 2}",)])
def test_what_needs_validation_is_refused_without(tiny: Tiny, sets: tuple[str, ...]) -> None:
    experiment = tiny(*sets)
    full = splits_of(experiment)
    with pytest.raises(Refused, match="needs validation"):
        trained(experiment, splits=Splits(full.train, None, None, full.mean, full.deviation))


@pytest.mark.parametrize(
    "sets",
    [
        ("training.precision=bfloat16",),
        ("training.label_smoothing=0.1", "training.schedule={name: cosine, warmup: 1}"),
        ("training.optimizer={name: adamw, learning_rate: 0.01}", "training.weight_decay=0.001"),
        ("model.normalization={name: group, groups: 2}", "model.activation=gelu"),
    ],
)
def test_every_way_of_training_learns(tiny: Tiny, sets: tuple[str, ...]) -> None:
    result, told, _ = trained(tiny("training.epochs=4", "data.batch_size=32", "model.head.pool=flatten", *sets))
    losses = [e.loss for e in of(told, journal.Epoch)]
    assert losses[-1] < 0.8 * losses[0]
    assert result.metrics["train.accuracy"] > 0.4


def test_one_sigmoid_unit_learns_two_classes(tiny: Tiny) -> None:
    experiment = tiny(
        "training.loss=binary_crossentropy", "training.epochs=4", "data.batch_size=32", "model.head.pool=flatten"
    )
    full = splits_of(experiment)

    def even(feed: Resident) -> Resident:
        return Resident(feed.images.numpy(), feed.labels.numpy() % 2, "/CPU:0")

    splits = Splits(even(full.train), even(full.validation), even(full.test), full.mean, full.deviation)
    graph = build(experiment, Input((16, 16, 1), 2))
    network = Compiled(graph, experiment.data, experiment.training)
    assert network.model.output.shape == (None, 1)
    result, _, _ = trained(experiment, splits=splits, network=network)
    assert result.metrics["train.accuracy"] > 0.75


@pytest.mark.slow
@pytest.mark.parametrize(("preset", "low", "high"), [("digits-resnet-20", 0.95, 1), ("digits-plain-20", 0.1, 0.9)])
def test_shortcuts_are_worth_what_a_probe_said(preset: str, low: float, high: float) -> None:
    result, _, _ = trained(load(preset))
    assert result.metrics["train.accuracy"] > 0.9
    assert low <= result.metrics["validation.accuracy"] <= high
