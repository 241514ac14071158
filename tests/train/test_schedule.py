"""Learning rates step by step, and the rules that watch validation, against Keras' own."""

from __future__ import annotations

import numpy as np
import pytest

from tui_ablate.spec.experiment import Constant, Cosine, EarlyStopping, Plateau, Schedule, Steps
from tui_ablate.train.backend import keras
from tui_ablate.train.schedule import Best, PlateauRule, StoppingRule, rates


def of(schedule: Schedule, factor: float = 1.0, epochs: int = 4) -> np.ndarray:
    """Rates of a whole run of ten steps an epoch."""
    return rates(schedule, 0.1, factor, 0, 10 * epochs, 10, epochs)


def test_constant_and_what_a_plateau_made_of_it() -> None:
    np.testing.assert_allclose(of(Constant()), 0.1)
    np.testing.assert_allclose(of(Plateau(), factor=0.01), 0.001)


def test_steps_act_when_their_epoch_begins() -> None:
    found = of(Steps(at=(1, 3), factor=0.5))
    np.testing.assert_allclose(found, np.repeat([0.1, 0.05, 0.05, 0.025], 10))


def test_cosine_falls_to_nearly_zero_as_kerass_does() -> None:
    keras_rate = keras.optimizers.schedules.CosineDecay(0.1, 40)
    np.testing.assert_allclose(of(Cosine()), [float(keras_rate(step)) for step in range(40)], rtol=1e-4, atol=1e-8)


@pytest.mark.parametrize("schedule", [Constant(warmup=0.5), Cosine(warmup=0.5)])
def test_warm_up_rises_linearly_to_the_full_rate(schedule: Schedule) -> None:
    found = of(schedule)
    np.testing.assert_allclose(found[:5], [0.02, 0.04, 0.06, 0.08, 0.1], rtol=1e-6)
    assert found.max() == pytest.approx(0.1)


def test_a_part_of_the_run_has_the_rates_of_the_whole() -> None:
    schedule = Cosine(warmup=1.5)
    np.testing.assert_array_equal(rates(schedule, 0.1, 1, 13, 7, 10, 4), of(schedule)[13:20])


LOSSES = [3, 2, 2.5, 2.4, 1.99995, 2.1, 2.2, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0]


@pytest.mark.parametrize("patience", [1, 2, 3])
def test_plateau_is_kerass(patience: int) -> None:
    ours = PlateauRule(Plateau(patience=patience, factor=0.5))
    theirs = keras.callbacks.ReduceLROnPlateau(patience=patience, factor=0.5)
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(1.0), "mse")
    theirs.set_model(model)
    theirs.on_train_begin()
    for epoch, loss in enumerate(LOSSES):
        ours.after_epoch(loss, 0)
        theirs.on_epoch_end(epoch, {"val_loss": loss})
        assert ours.factor == pytest.approx(float(model.optimizer.learning_rate))
    assert ours.factor < 1


@pytest.mark.parametrize("patience", [1, 2, 4])
def test_early_stopping_is_kerass(patience: int) -> None:
    ours = StoppingRule(EarlyStopping(patience=patience))
    theirs = keras.callbacks.EarlyStopping(patience=patience)
    theirs.set_model(keras.Sequential())
    theirs.model.stop_training = False
    theirs.on_train_begin()
    for epoch, loss in enumerate(LOSSES):
        stops = ours.after_epoch(loss, 0)
        theirs.on_epoch_end(epoch, {"val_loss": loss})
        assert stops == theirs.model.stop_training
        if stops:
            break
    else:
        raise AssertionError("it never stopped")


def test_the_best_accuracy_is_the_first_of_equals() -> None:
    best = Best("validation.accuracy")
    assert [best.improves(0, accuracy) for accuracy in (0.5, 0.4, 0.6, 0.6)] == [True, False, True, False]
