"""One run: epochs of training with validation after each, then the one test."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import numpy as np

from .. import journal
from ..spec.experiment import Experiment, Plateau
from . import seeds
from .compiled import NUMBERS, Compiled
from .endings import Diverged, Refused
from .feeding import Chunk, Feed
from .pace import Pace
from .pictures import DRAWS
from .position import Position, Validated
from .schedule import PlateauRule, StoppingRule, rates

KEPT, SEEN = "kept.", "seen"
"""Arrays of a checkpoint beside the network's: the best weights so far, the numbers of the epoch's steps so far."""
_CALMER = "A smaller learning rate, warm-up or clipnorm may help."


class Splits(msgspec.Struct, frozen=True):
    """What a run is trained, validated and tested on; mean and deviation per channel in units of 0 to 255."""

    train: Feed
    validation: Feed | None
    test: Feed | None
    mean: np.ndarray
    deviation: np.ndarray


class Result(msgspec.Struct, frozen=True):
    """What came of a run: its metrics by path, and the epoch whose weights the network now has."""

    metrics: dict[str, float | None]
    epoch: int
    epochs: int
    stopped_early: bool


def steps_per_epoch(examples: int, batch: int, drop_remainder: bool) -> int:
    """Steps of one epoch; without remainder floor(examples / batch)."""
    return examples // batch if drop_remainder else -(-examples // batch)


def check(experiment: Experiment, splits: Splits) -> None:
    """Raises Refused where the experiment cannot run on ``splits``."""
    data, training = experiment.data, experiment.training
    if not steps_per_epoch(splits.train.examples, data.batch_size, data.drop_remainder):
        raise Refused(
            f"data.drop_remainder leaves no step: {splits.train.examples} training examples are less than one batch "
            f"of {data.batch_size}. Make data.batch_size smaller."
        )
    wants = [
        ("training.checkpoint: best", training.checkpoint == "best"),
        ("training.early_stopping", training.early_stopping is not None),
        ("training.schedule: plateau", isinstance(training.schedule, Plateau)),
    ]
    for field, asked in wants:
        if asked and splits.validation is None:
            raise Refused(f"{field} needs validation, and data.validation leaves none. Set data.validation to 0.1.")


class Run:
    """One training run: ``at`` is where it is, and with the network's variables decides all that follows.

    ``tell`` takes events; ``pulse`` takes (epoch, steps done in the whole run) between chunks, and may raise. ``keep``
    is called where the run could be left: between chunks, and with True at the end of an epoch.
    """

    def __init__(
        self,
        network: Compiled,
        experiment: Experiment,
        splits: Splits,
        seed: int,
        tell: Callable[[Any], None],
        pulse: Callable[[int, int], None],
        keep: Callable[[bool], None] = lambda epoch_ends: None,
    ) -> None:
        check(experiment, splits)
        self.network, self.splits, self.seed = network, splits, seed
        self.data, self.training = experiment.data, experiment.training
        self.tell, self.pulse, self.keep = tell, pulse, keep
        self.per_epoch = steps_per_epoch(splits.train.examples, self.data.batch_size, self.data.drop_remainder)
        self._thinner = journal.Thinner(self.per_epoch * self.training.epochs)
        schedule, stopping = self.training.schedule, self.training.early_stopping
        self.at = Position(
            plateau=PlateauRule(schedule) if isinstance(schedule, Plateau) else None,
            stopping=StoppingRule(stopping) if stopping else None,
        )
        self._pace, self._test_pace = Pace(), Pace()
        self._seen: list[np.ndarray] = []
        self._kept: list[Any] = []

    @property
    def step(self) -> int:
        """Steps done in the whole run."""
        return self.at.epoch * self.per_epoch + self.at.done

    def go(self) -> Result:
        """Train from where the run is, validate, test. Raises Diverged, and whatever ``pulse`` or ``keep`` raises."""
        at = self.at
        if not self.step:
            self.network.reset(self.seed)
        self.pulse(at.epoch + 1, self.step)
        while at.epoch < self.training.epochs and not at.stopped:
            self._epoch(at.epoch + 1)
        kept, validated = at.epoch, at.validated
        if self._kept:
            kept, validated = at.kept, at.kept_validated
            self.network.take(self._kept)
        metrics = _metrics("train", at.trained["loss"], at.trained["accuracy"])
        if validated is not None:
            metrics |= _metrics("validation", validated.loss, validated.accuracy)
        tested = self._evaluate(self.splits.test, at.epoch)
        if tested is not None:
            self._tell_test(kept, tested)
            metrics |= _metrics("test", tested.loss, tested.accuracy)
        return Result(metrics, kept, at.epoch, at.stopped)

    def state(self) -> tuple[bytes, dict[str, np.ndarray]]:
        """All that the rest of the run depends on, for ``checkpoint.write``."""
        self.at.held = self._thinner.held
        arrays = self.network.state()
        arrays |= {f"{KEPT}{place}": weight for place, weight in enumerate(self._kept)}
        if self._seen:
            arrays[SEEN] = np.concatenate(self._seen)
        return msgspec.json.encode(self.at), arrays

    def restore(self, state: bytes, arrays: Mapping[str, np.ndarray]) -> None:
        """Be where ``state`` was taken, and say so. Raises ValueError where it is of another network."""
        self.network.restore(arrays)
        self.at = msgspec.json.decode(state, type=Position)
        self._kept = [array for name, array in arrays.items() if name.startswith(KEPT)]
        self._seen = [arrays[SEEN]] if SEEN in arrays else []
        self._thinner.held = self.at.held
        self.tell(journal.Resumed(t=time.time(), epoch=self.at.epoch, step=self.step))

    def flush(self) -> None:
        """Tell the steps held back so far."""
        for step in self._thinner.flush():
            self.tell(step)

    def _epoch(self, epoch: int) -> None:
        """Train what is left of ``epoch`` (from 1), validate, and decide what follows."""
        at, began = self.at, time.perf_counter() - self.at.seconds
        at.trained = self._train_epoch(epoch)
        at.validated = self._evaluate(self.splits.validation, epoch)
        at.seconds = time.perf_counter() - began
        self._tell_epoch(epoch)
        if not self.network.finite():
            # A loss need not show it: on a CPU, relu makes 0 of what is no number.
            raise Diverged(f"Weights were not finite after epoch {epoch}. {_CALMER}")
        if at.validated is not None:
            if not math.isfinite(at.validated.loss):
                raise Diverged(f"The validation loss was not finite after epoch {epoch}.")
            at.stopped = self._decide(epoch, at.validated)
        at.epoch, at.done, at.seconds, at.training = epoch, 0, 0.0, 0.0
        self._seen = []
        self.keep(True)

    def _train_epoch(self, epoch: int) -> dict[str, float]:
        """The steps left of ``epoch``; its means over examples and last learning rate."""
        at, batch, training = self.at, self.data.batch_size, self.training
        order = seeds.order(self.seed, epoch, self.splits.train.examples)
        if self.data.drop_remainder:
            order = order[: self.per_epoch * batch]
        drawn = np.zeros((len(order), DRAWS), np.float32)
        if self.data.augment:
            numbers = seeds.draws(self.seed, epoch, self.splits.train.examples, DRAWS)
            drawn = (numbers[order] / np.float32(65_536)).astype(np.float32)
        factor = at.plateau.factor if at.plateau else 1.0
        first = at.epoch * self.per_epoch
        base = training.optimizer.learning_rate
        rate = rates(training.schedule, base, factor, first, self.per_epoch, self.per_epoch, training.epochs)
        drawn, order = drawn[at.done * batch :], order[at.done * batch :]
        self._pace.begin()
        for chunk in self.splits.train.chunks(order, batch, self._pace):
            steps = -(-len(chunk.picks) // batch)
            numbers = self._train(chunk, drawn, rate[at.done : at.done + steps])
            took = self._pace.end(steps)
            self._tell_steps(epoch, self.step, numbers, rate[at.done : at.done + steps], took)
            self._seen.append(numbers)
            at.done += steps
            at.training += took
            self._look_up(epoch)
            self._pace.begin()
        return self._means(epoch, np.concatenate(self._seen), at.training) | {"learning_rate": float(rate[-1])}

    def _look_up(self, epoch: int) -> None:
        """Between two chunks: the run may be stopped here, or left."""
        self.pulse(epoch, self.step)
        self.keep(False)

    def _train(self, chunk: Chunk, drawn: np.ndarray, rate: np.ndarray) -> np.ndarray:
        part = drawn[chunk.first : chunk.first + len(chunk.picks)]
        return self.network.train(
            chunk.images, chunk.labels, chunk.picks, part, rate, self.splits.mean, self.splits.deviation
        )

    def _means(self, epoch: int, numbers: np.ndarray, seconds: float) -> dict[str, float]:
        loss, penalty, accuracy = np.average(numbers[:, :3].astype(np.float64), axis=0, weights=numbers[:, 3])
        for what in self.training.watch:
            columns = [place for place, name in enumerate(self.network.watch.names) if name[0] == what]
            means = numbers[:, [NUMBERS + place for place in columns]].astype(np.float64).mean(axis=0)
            parts = [self.network.watch.names[place][1] for place in columns]
            values = {part: float(mean) for part, mean in zip(parts, means, strict=True)}
            self.tell(journal.Watched(t=time.time(), epoch=epoch, what=what, values=values))
        return {
            "loss": float(loss),
            "penalty": float(penalty),
            "accuracy": float(accuracy),
            "images_per_second": float(numbers[:, 3].sum() / max(seconds, 1e-6)),
        }

    def _tell_steps(self, epoch: int, before: int, numbers: np.ndarray, rate: np.ndarray, seconds: float) -> None:
        """Tell the steps of a chunk, ``before`` steps into the run. Raises Diverged at a loss that is not finite."""
        now, speed = time.time(), float(numbers[:, 3].sum() / seconds)
        for index, (loss, penalty, accuracy) in enumerate(numbers[:, :3].tolist()):
            step = journal.Step(
                t=now,
                epoch=epoch,
                step=before + index + 1,
                loss=loss,
                penalty=penalty,
                accuracy=accuracy,
                learning_rate=float(rate[index]),
                images_per_second=speed,
            )
            for kept in self._thinner.add(step):
                self.tell(kept)
            if not math.isfinite(loss):
                self.flush()
                raise Diverged(f"The loss was not finite in epoch {epoch}, at step {step.step}. {_CALMER}")

    def _evaluate(self, split: Feed | None, epoch: int) -> Validated | None:
        if split is None:
            return None
        batches: list[np.ndarray] = []
        self._test_pace.begin()
        for chunk in split.chunks(np.arange(split.examples), self.data.batch_size, self._test_pace):
            batches.append(
                self.network.evaluate(chunk.images, chunk.labels, chunk.picks, self.splits.mean, self.splits.deviation)
            )
            self._test_pace.end(len(batches[-1]))
            self._look_up(epoch)
            self._test_pace.begin()
        loss, right = np.concatenate(batches).astype(np.float64).sum(axis=0) / split.examples
        return Validated(float(loss) + self.network.penalty(), float(right))

    def _decide(self, epoch: int, validated: Validated) -> bool:
        """Keep the best weights, lower the rate on a plateau; whether to stop early."""
        at = self.at
        if self.training.checkpoint == "best" and at.best.improves(validated.loss, validated.accuracy):
            at.kept, at.kept_validated, self._kept = epoch, validated, self.network.weights()
        if at.plateau:
            at.plateau.after_epoch(validated.loss, validated.accuracy)
        return at.stopping.after_epoch(validated.loss, validated.accuracy) if at.stopping else False

    def _tell_epoch(self, epoch: int) -> None:
        trained, validated = self.at.trained, self.at.validated
        self.tell(
            journal.Epoch(
                t=time.time(),
                epoch=epoch,
                step=epoch * self.per_epoch,
                loss=trained["loss"],
                penalty=trained["penalty"],
                accuracy=trained["accuracy"],
                top1_error=1 - trained["accuracy"],
                learning_rate=trained["learning_rate"],
                images_per_second=trained["images_per_second"],
                validation_loss=validated.loss if validated else None,
                validation_accuracy=validated.accuracy if validated else None,
                seconds=self.at.seconds,
            )
        )

    def _tell_test(self, epoch: int, tested: Validated) -> None:
        self.tell(
            journal.Tested(
                t=time.time(),
                loss=tested.loss,
                accuracy=tested.accuracy,
                top1_error=1 - tested.accuracy,
                examples=self.splits.test.examples if self.splits.test else 0,
                weights=self.training.checkpoint,
                epoch=epoch,
            )
        )


def _metrics(split: str, loss: float, accuracy: float) -> dict[str, float | None]:
    return {f"{split}.loss": loss, f"{split}.accuracy": accuracy, f"{split}.top1_error": 1 - accuracy}
