"""Asking for runs, and taking them back. The queue is the markers in ``open/``, in the order of their ids."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from .. import journal
from ..spec.experiment import Experiment
from ..spec.runfile import EXPERIMENT, Environment, RunFile, make_run, run_yaml
from .deaths import reached
from .devices import devices
from .environment import freeze
from .error import RunsError
from .home import Home, new_ids


def environment(device: str | None = None) -> Environment:
    """What a run asked for here and now needs of the machine. Raises RunsError for a device that it has not."""
    if device is not None:
        known = [each.name for each in devices()]
        if device not in known:
            raise RunsError(
                f"There is no device {device!r} on this machine: it has {', '.join(known)}."
                " See what is wrong with `tui-ablate doctor`, or leave it open to take whichever is free."
            )
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
    enqueue(
        home,
        [
            make_run(
                id=run_id,
                experiment=experiment,
                seed=seed,
                queued=now,
                environment=needs,
                study=study,
                variant=variant,
            )
            for run_id, seed in zip(made, seeds, strict=True)
        ],
    )
    return made


def enqueue(home: Home, runs: Sequence[RunFile]) -> None:
    """Put ``runs`` into the queue, all of them or none. Raises RunsError.

    Whatever takes room is written under names that nobody reads; then folders, and last markers, get their own.
    """
    made: list[Path] = []
    try:
        for run in runs:
            made += [home.runs / f".new-{run.id}", home.open / f".new-{run.id}"]
            _write(made[-2], run)
            made[-1].touch(mode=0o600)
        for run in runs:
            (home.runs / f".new-{run.id}").rename(home.run(run.id))
            made.append(home.run(run.id))  # only now: where a folder was in the way it is another run's
        for run in runs:
            (home.open / f".new-{run.id}").rename(home.marker(run.id))
            made.append(home.marker(run.id))
    except BaseException as error:
        for path in reversed(made):
            _remove(path)
        if not isinstance(error, OSError):
            raise
        what = "The run" if len(runs) == 1 else f"The {len(runs)} runs"
        raise RunsError(f"{what} could not be written to {home.runs} ({error.strerror}); nothing was queued.") from None


def _write(folder: Path, run: RunFile) -> None:
    folder.mkdir(mode=0o700)
    journal.write_atomic(folder / EXPERIMENT, run_yaml(run))
    book = journal.Journal(folder / journal.JOURNAL)
    try:
        book.write(
            journal.Queued(
                t=run.queued,
                name=run.experiment.name,
                seed=run.seed,
                study=run.study,
                variant=run.variant,
                epochs=run.experiment.training.epochs,
                device=run.environment.device,
            )
        )
    finally:
        book.close()


def _remove(path: Path) -> None:
    """Delete a file or a folder as far as that goes."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):
        path.unlink()


def _folder(home: Home, run_id: str) -> Path:
    folder = home.run(run_id)
    if not folder.is_dir():
        raise RunsError(f"There is no run {run_id}. List them with `tui-ablate ls`.")
    return folder


def cancel(home: Home, run_id: str) -> bool:
    """End the run ``run_id``: a queued one at once, a running one within a second. False: it has ended already.

    Raises RunsError where there is no such run, or the request cannot be written.
    """
    folder = _folder(home, run_id)
    if journal.read_exit(folder) is not None:
        return False
    try:
        journal.request(folder, "cancel")
    except OSError as error:
        where = f"{folder / journal.REQUESTS} ({error.strerror})"
        raise RunsError(f"Run {run_id} was not cancelled: nothing can be written to {where}. Try again.") from None
    held = None
    try:
        held = journal.claim(folder)
        if held is not None:  # else its worker sees the request
            end(home, run_id, "cancelled", f"Cancelled{reached(folder)}.")
    except OSError:
        # A full disk, say. The request stands: the supervisor ends the run as soon as there is room.
        if held is not None:
            journal.release(folder)
    return True


def pause(home: Home, run_id: str) -> bool:
    """Have the run ``run_id`` rest until ``resume``: a running one writes a checkpoint first. False: it has ended.

    Raises RunsError where there is no such run, or the request cannot be written.
    """
    folder = _folder(home, run_id)
    if journal.read_exit(folder) is not None:
        return False
    try:
        journal.request(folder, "pause")
    except OSError as error:
        where = f"{folder / journal.REQUESTS} ({error.strerror})"
        raise RunsError(f"Run {run_id} was not paused: nothing can be written to {where}. Try again.") from None
    return True


def resume(home: Home, run_id: str) -> bool:
    """Let a paused run go on from where it was. False: it was not paused. Raises RunsError where there is none."""
    folder = _folder(home, run_id)
    if not paused(home, run_id) or journal.read_exit(folder) is not None:
        return False
    journal.clear_request(folder, "pause")
    return True


def paused(home: Home, run_id: str) -> bool:
    """Whether the run is to rest."""
    return "pause" in journal.requests(home.run(run_id))


def rests(home: Home, run_id: str) -> bool:
    """Whether the run is paused and needs nobody: nothing else is asked of it, and no dead worker has it."""
    folder = home.run(run_id)
    requests = journal.requests(folder)
    return "pause" in requests and "cancel" not in requests and journal.read_claim(folder) is None


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
    for verb in ("cancel", "pause"):
        journal.clear_request(folder, verb)
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
