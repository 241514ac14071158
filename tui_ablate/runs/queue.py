"""Asking for runs, and taking them back. The queue is the markers in ``open/``, in the order of their ids."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from .. import journal
from ..spec.experiment import Experiment
from ..spec.runfile import EXPERIMENT, Environment, RunFile, make_run, run_yaml
from .environment import freeze
from .error import RunsError
from .home import Home, new_ids


def environment(device: str | None = None) -> Environment:
    """What a run asked for here and now needs of the machine. Raises RunsError for a device name that is none."""
    if device is not None and device != "cpu" and not (device.startswith("gpu:") and device[4:].isdecimal()):
        raise RunsError(f"There is no device {device!r}. Use cpu, gpu:0, gpu:1, …; list them with `tui-ablate doctor`.")
    return freeze(device)


def anchored(experiment: Experiment) -> Experiment:
    """``experiment`` as its worker, which starts in another folder, must read it. Raises RunsError."""
    # Only here: numpy and Pillow come with it, and every verb that looks at runs would wait for them.
    from .. import data

    try:
        return msgspec.structs.replace(experiment, data=data.anchored(experiment.data))
    except data.DataError as error:
        raise RunsError(str(error)) from None


def submit(
    home: Home,
    experiment: Experiment,
    seeds: Sequence[int],
    *,
    device: str | None = None,
    study: str | None = None,
    variant: str | None = None,
    ids: Sequence[str] | None = None,
) -> list[str]:
    """Queue one run of ``experiment`` a seed; returns their ids. Raises RunsError."""
    experiment = anchored(experiment)
    needs = environment(device)
    now = time.time()
    made = list(new_ids(len(seeds), now) if ids is None else ids)
    for run_id, seed in zip(made, seeds, strict=True):
        run = make_run(
            id=run_id,
            experiment=experiment,
            seed=seed,
            queued=now,
            environment=needs,
            study=study,
            variant=variant,
        )
        asked = journal.Queued(
            t=now,
            name=experiment.name,
            seed=seed,
            study=study,
            variant=variant,
            epochs=experiment.training.epochs,
            device=device,
        )
        _queue(home, run, asked)
    return made


def _queue(home: Home, run: RunFile, asked: journal.Queued) -> None:
    """Make the run's folder, whole or not at all, then its marker. Raises RunsError."""
    folder, made = home.run(run.id), home.runs / f".new-{run.id}"
    try:
        made.mkdir(mode=0o700)
        journal.write_atomic(made / EXPERIMENT, run_yaml(run))
        book = journal.Journal(made / journal.JOURNAL)
        try:
            book.write(asked)
        finally:
            book.close()
        made.rename(folder)
    except OSError as error:
        shutil.rmtree(made, ignore_errors=True)  # never `folder`: where it was in the way it is another run's
        raise RunsError(f"The run could not be written to {folder} ({error.strerror}).") from None
    try:
        home.marker(run.id).touch(mode=0o600)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise RunsError(f"The run could not be written to {folder} ({error.strerror}).") from None


def _folder(home: Home, run_id: str) -> Path:
    folder = home.run(run_id)
    if not folder.is_dir():
        raise RunsError(f"There is no run {run_id}. List them with `tui-ablate ls`.")
    return folder


def cancel(home: Home, run_id: str) -> bool:
    """End the run ``run_id``: a queued one at once, a running one within a second. False: it has ended already.

    Raises RunsError where there is no such run.
    """
    folder = _folder(home, run_id)
    if journal.read_exit(folder) is not None:
        return False
    journal.request(folder, "cancel")
    if journal.claim(folder) is None:
        return True  # its worker sees the request
    end(home, run_id, "cancelled", "Cancelled before it started.")
    return True


def end(home: Home, run_id: str, state: str, sentence: str, signal: int | None = None) -> None:
    """Write the last word on a run that no worker holds; the caller has claimed it or knows its worker dead."""
    folder = home.run(run_id)
    now = time.time()
    last = journal.Exit(state=state, sentence=sentence, ended=now, signal=signal)
    if journal.write_exit(folder, last):
        book = journal.Journal(folder / journal.JOURNAL)
        book.write(journal.Ended(t=now, state=state, sentence=sentence))
        book.close()
    home.marker(run_id).unlink(missing_ok=True)
    journal.clear_request(folder, "cancel")
    journal.release(folder)


def remove(home: Home, run_id: str) -> None:
    """Delete an ended run and all it wrote. Raises RunsError for one that has not ended."""
    folder = _folder(home, run_id)
    if journal.read_exit(folder) is None:
        raise RunsError(f"Run {run_id} has not ended. Cancel it first: `tui-ablate cancel {run_id}`.")
    gone = home.runs / f".removed-{run_id}"
    try:
        folder.rename(gone)
        shutil.rmtree(gone)
    except OSError as error:
        raise RunsError(f"Run {run_id} could not be removed ({error.strerror}: {error.filename}).") from None
