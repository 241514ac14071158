"""One run from its frozen experiment to its result: data, network, training, the saved model."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .. import journal
from ..data import enters
from ..graph.build import build
from ..graph.network import LayerGraph
from ..spec.experiment import Experiment
from . import checkpoint, setup
from .endings import Refused, Unsaved
from .feeding import feeds
from .keeping import Keeper
from .loop import Result, Run, Splits, check, steps_per_epoch
from .prepare import Progress, ensure
from .saving import save
from .shelf import Shelf
from .watcher import COMPILING, FIRST, Stopped, Watcher

NO_GPU = "TensorFlow sees no GPU"
DOCTOR = "`tui-ablate doctor` says why."
PREPARING_SECONDS = 0.25
"""Preparation tells its progress no more often than this."""


class Trainer:
    """Trains runs one after the other in a process whose TensorFlow has started; keeps what the next can use."""

    def __init__(self, home: Path, threads: int, watcher: Watcher) -> None:
        self.home, self.threads, self.watcher = home, threads, watcher
        self.shelf = Shelf()
        self.device, self.device_name = setup.device()

    def train(
        self,
        experiment: Experiment,
        seed: int,
        folder: Path,
        tell: Callable[[Any], None],
        named: str | None = None,
    ) -> Result:
        """Train ``experiment`` with ``seed`` and save its model in ``folder``; events go to ``tell``.

        ``named``: the device that the run itself asks for, if it does. Raises whatever ends a run early: Stopped,
        Diverged, Refused, DataError, NetworkError, errors of TensorFlow; Unsaved where only the model could not be
        saved.
        """
        watcher = self.watcher
        if self._misses_gpu(named):
            raise Refused(f"{NO_GPU}, and this run asks for {named}: {DOCTOR}")
        watcher.stage = "while its data were prepared"
        graph = build(experiment, enters(experiment.data))
        prepared = ensure(experiment.data, self.home, _Preparing(tell), watcher.pulse)
        watcher.pulse()
        splits = self._splits(experiment, prepared)
        check(experiment, splits)
        tell(self._started(experiment, graph, splits, prepared.fingerprint))
        if self._misses_gpu(os.environ.get(setup.GIVEN)):
            tell(journal.Warning(t=time.time(), sentence=f"{NO_GPU}, so this run trains on the CPU: {DOCTOR}"))
        watcher.stage = COMPILING
        network, seconds = self.shelf.network(graph, experiment.data, experiment.training)
        if seconds is not None:
            tell(journal.Traced(t=time.time(), seconds=seconds))
        watcher.pulse()
        watcher.stage = FIRST
        run = Run(network, experiment, splits, seed, tell, self._pulse)
        run.keep = Keeper(run, folder, watcher, tell)
        self._go_on(run, folder, tell)
        try:
            result = run.go()
        except Stopped as stopped:
            if not stopped.leaves:
                run.flush()  # else the checkpoint holds them
            raise
        except BaseException:
            run.flush()
            raise
        run.flush()
        with watcher.lock:
            if not watcher.leaving:  # to save takes no longer than to leave
                watcher.pulse()
            watcher.stage = "while its model was saved"
            try:
                save(network.model, folder)
            except Exception as error:
                raise Unsaved(result.metrics) from error
        return result

    def _go_on(self, run: Run, folder: Path, tell: Callable[[Any], None]) -> None:
        """Take ``run`` to where its last checkpoint left it; to its start where there is none that fits."""
        try:
            saved = checkpoint.read(folder)
            if saved is not None:
                run.restore(*saved)
                return
        except checkpoint.NewerCheckpoint as error:
            raise Refused(str(error)) from None
        except ValueError as error:
            tell(journal.Warning(t=time.time(), sentence=f"It starts anew: {error}."))
        before = journal.curves(journal.read(folder / journal.JOURNAL))
        if before.steps or before.epochs:
            tell(journal.Resumed(t=time.time(), epoch=0, step=0))

    def _misses_gpu(self, given: str | None) -> bool:
        return (given or "").startswith("gpu") and self.device == "/CPU:0"

    def _pulse(self, epoch: int, step: int) -> None:
        if step:
            self.watcher.stage = f"in epoch {epoch}, after step {step}"
        if not self.watcher.leaving:  # that is the keeper's
            self.watcher.pulse()

    def _splits(self, experiment: Experiment, prepared: Any) -> Splits:
        key = f"{prepared.fingerprint} {experiment.data.limit}"
        splits = self.shelf.splits(key)
        if splits is None:
            splits = Splits(
                **feeds(prepared, self.device, setup.memory(self.device)),
                mean=np.asarray(prepared.mean, np.float32),
                # A channel that never changes is only centred.
                deviation=np.where(np.asarray(prepared.std) > 0, prepared.std, 1).astype(np.float32),
            )
            self.shelf.keep(key, splits)
        if splits.train is None:
            raise Refused("There are no training examples. Change data.train or data.limit.")
        return splits

    def _started(self, experiment: Experiment, graph: LayerGraph, splits: Splits, fingerprint: str) -> journal.Started:
        data = experiment.data
        return journal.Started(
            t=time.time(),
            host=socket.gethostname(),
            pid=os.getpid(),
            device=self.device_name,
            versions=setup.versions(),
            threads=self.threads,
            epochs=experiment.training.epochs,
            parameters=graph.totals.params,
            steps_per_epoch=steps_per_epoch(splits.train.examples, data.batch_size, data.drop_remainder),
            train_examples=splits.train.examples,
            validation_examples=splits.validation.examples if splits.validation else None,
            test_examples=splits.test.examples if splits.test else None,
            fingerprint=fingerprint,
        )


class _Preparing:
    """Progress of preparation as events, a few a second and the first of each stage."""

    def __init__(self, tell: Callable[[Any], None]) -> None:
        self.tell = tell
        self._stage, self._told = "", 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.stage == self._stage and now - self._told < PREPARING_SECONDS:
            return
        self._stage, self._told = progress.stage, now
        self.tell(
            journal.Preparing(t=time.time(), stage=progress.stage, done=progress.done or 0, total=progress.total or 0)
        )
