"""One run: epochs of training with validation after each, then the one test."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
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
from .schedule import Best, PlateauRule, StoppingRule, rates

_CALMER = "A smaller learning rate, warm-up or clipnorm may help."


class Splits(msgspec.Struct, frozen=True):
    """What a run is trained, validated and tested on; mean and deviation per channel in units of 0 to 255."""

    train: Feed
    validation: Feed | None
    test: Feed | None
    mean: np.ndarray
    deviation: np.ndarray


class Validated(msgspec.Struct, frozen=True):
    """Loss (penalty included, as it is optimised) and accuracy over a split."""

    loss: float
    accuracy: float


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
    """The state of one training run.

    ``tell`` takes events; ``pulse`` takes (epoch, steps done in the whole run) between chunks, and may raise.
    """

    def __init__(
        self,
        network: Compiled,
        experiment: Experiment,
        splits: Splits,
        seed: int,
        tell: Callable[[Any], None],
        pulse: Callable[[int, int], None],
    ) -> None:
        check(experiment, splits)
        self.network, self.splits, self.seed = network, splits, seed
        self.data, self.training = experiment.data, experiment.training
        self.tell, self.pulse = tell, pulse
        self.per_epoch = steps_per_epoch(splits.train.examples, self.data.batch_size, self.data.drop_remainder)
        self._thinner = journal.Thinner(self.per_epoch * self.training.epochs)
        schedule = self.training.schedule
        self._plateau = PlateauRule(schedule) if isinstance(schedule, Plateau) else None
        self._stopping = StoppingRule(self.training.early_stopping) if self.training.early_stopping else None
        self._pace, self._test_pace = Pace(), Pace()
        self._best = Best("validation.accuracy")
        self._kept: tuple[int, list[Any], Validated | None] | None = None

    def go(self) -> Result:
        """Train, validate and test from the first step. Raises Diverged, and whatever ``pulse`` raises."""
        self.network.reset(self.seed)
        self.pulse(0, 0)
        validated: Validated | None = None
        trained: dict[str, float] = {}
        epoch, stopped = 0, False
        while epoch < self.training.epochs and not stopped:
            epoch += 1
            began = time.perf_counter()
            trained = self._epoch(epoch)
            validated = self._evaluate(self.splits.validation, epoch)
            self._tell_epoch(epoch, trained, validated, time.perf_counter() - began)
            if not self.network.finite():
                # A loss need not show it: on a CPU, relu makes 0 of what is no number.
                raise Diverged(f"Weights were not finite after epoch {epoch}. {_CALMER}")
            if validated is not None:
                if not math.isfinite(validated.loss):
                    raise Diverged(f"The validation loss was not finite after epoch {epoch}.")
                stopped = self._decide(epoch, validated)
        kept = epoch
        if self._kept is not None:
            kept, weights, validated = self._kept
            self.network.take(weights)
        metrics = _metrics("train", trained["loss"], trained["accuracy"])
        if validated is not None:
            metrics |= _metrics("validation", validated.loss, validated.accuracy)
        tested = self._evaluate(self.splits.test, epoch)
        if tested is not None:
            self._tell_test(kept, tested)
            metrics |= _metrics("test", tested.loss, tested.accuracy)
        return Result(metrics, kept, epoch, stopped)

    def flush(self) -> None:
        """Tell the steps held back so far."""
        for step in self._thinner.flush():
            self.tell(step)

    def _epoch(self, epoch: int) -> dict[str, float]:
        """Train one epoch; its means over examples, seconds and last learning rate."""
        batch, training = self.data.batch_size, self.training
        order = seeds.order(self.seed, epoch, self.splits.train.examples)
        if self.data.drop_remainder:
            order = order[: self.per_epoch * batch]
        drawn = np.zeros((len(order), DRAWS), np.float32)
        if self.data.augment:
            numbers = seeds.draws(self.seed, epoch, self.splits.train.examples, DRAWS)
            drawn = (numbers[order] / np.float32(65_536)).astype(np.float32)
        factor = self._plateau.factor if self._plateau else 1.0
        first = (epoch - 1) * self.per_epoch
        base = training.optimizer.learning_rate
        rate = rates(training.schedule, base, factor, first, self.per_epoch, self.per_epoch, training.epochs)
        seen: list[np.ndarray] = []
        done, seconds = 0, 0.0
        self._pace.begin()
        for chunk in self.splits.train.chunks(order, batch, self._pace):
            steps = -(-len(chunk.picks) // batch)
            numbers = self._train(chunk, drawn, rate[done : done + steps])
            took = self._pace.end(steps)
            self._tell_steps(epoch, first + done, numbers, rate[done : done + steps], took)
            seen.append(numbers)
            done += steps
            seconds += took
            self.pulse(epoch, first + done)
            self._pace.begin()
        return self._means(epoch, np.concatenate(seen), seconds) | {"learning_rate": float(rate[-1])}

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
        loss, right = 0.0, 0
        self._test_pace.begin()
        for chunk in split.chunks(np.arange(split.examples), self.data.batch_size, self._test_pace):
            more = self.network.evaluate(
                chunk.images, chunk.labels, chunk.picks, self.splits.mean, self.splits.deviation
            )
            self._test_pace.end(-(-len(chunk.picks) // self.data.batch_size))
            loss, right = loss + more[0], right + more[1]
            self.pulse(epoch, epoch * self.per_epoch)
            self._test_pace.begin()
        return Validated(loss / split.examples + self.network.penalty(), right / split.examples)

    def _decide(self, epoch: int, validated: Validated) -> bool:
        """Keep the best weights, lower the rate on a plateau; whether to stop early."""
        if self.training.checkpoint == "best" and self._best.improves(validated.loss, validated.accuracy):
            self._kept = (epoch, self.network.weights(), validated)
        if self._plateau:
            self._plateau.after_epoch(validated.loss, validated.accuracy)
        return self._stopping.after_epoch(validated.loss, validated.accuracy) if self._stopping else False

    def _tell_epoch(self, epoch: int, trained: dict[str, float], validated: Validated | None, seconds: float) -> None:
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
                seconds=seconds,
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
