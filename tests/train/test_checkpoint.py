"""Leaving a run anywhere and going on in another network: the same bits, the same journal; and damaged files."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.train.test_loop import network_of, splits_of
from tui_ablate import journal
from tui_ablate.spec.experiment import Experiment
from tui_ablate.train import checkpoint
from tui_ablate.train.compiled import Compiled
from tui_ablate.train.feeding import Resident, Sliced
from tui_ablate.train.keeping import Keeper
from tui_ablate.train.loop import Run
from tui_ablate.train.watcher import Stopped

Tiny = Callable[..., Experiment]
EPOCHS = 3
ADAMW = "training.optimizer={name: adamw, learning_rate: 0.002, clipnorm: 0.5}"
PLATEAU = "training.schedule={name: plateau, patience: 1, factor: 0.5}"
KINDS: dict[str, tuple[str, ...]] = {
    "sgd": (),
    "adamw with decay": (ADAMW, "training.weight_decay=0.01"),
    "plateau": (PLATEAU, "training.optimizer.learning_rate=0.4"),
    "cosine with warm-up": ("training.schedule={name: cosine, warmup: 1}",),
    "dropout": ("model.head={pool: average, hidden: [8], dropout: 0.4}",),
    "augmentation": ("data.augment=[flip, crop, cutout]",),
    "best and early stopping": (
        "training.checkpoint=best",
        "training.early_stopping={monitor: validation.loss, patience: 1}",
    ),
    "l2, watched": ("training.l2=0.01", "training.watch=[gradients, activations]"),
    "dropped remainder": ("data.drop_remainder=true",),
}


class Left(Exception):
    """Somebody left the run here."""


def digest(network: Compiled) -> str:
    """sha256 of all state."""
    found = hashlib.sha256()
    for name, array in network.state().items():
        found.update(name.encode() + array.tobytes())
    return found.hexdigest()


def told(events: list[Any]) -> list[dict[str, Any]]:
    """What a journal's reader sees, without what a clock measured."""
    curves = journal.curves(events)
    timed = ("t", "seconds", "images_per_second")
    every = [*curves.steps, *curves.epochs, *([curves.tested] if curves.tested else [])]
    return [{name: value for name, value in journal.fields(each).items() if name not in timed} for each in every]


def run_of(experiment: Experiment, events: list[Any], feed: Any = None, network: Compiled | None = None) -> Run:
    splits, network = splits_of(experiment, feed), network or network_of(experiment)
    run = Run(network, experiment, splits, 7, events.append, lambda epoch, step: None)
    run._pace.steps = 2  # from the first chunk on: an epoch has several
    return run


class Leaving:
    """A run of seed 7 that goes on from the checkpoint in ``folder``, and is left at its third chance.

    Not before it has come further: a validation may have more chances than that.
    """

    def __init__(
        self, experiment: Experiment, events: list[Any], folder: Path, feed: Any = None, network: Compiled | None = None
    ) -> None:
        self.run = run_of(experiment, events, feed, network)
        self.run.keep = self.keep
        self.folder, self.visits = folder, 0
        if (saved := checkpoint.read(folder)) is not None:
            self.run.restore(*saved)
        self.start = self.run.step

    def keep(self, epoch_ends: bool) -> None:
        self.visits += 1
        if self.visits > 2 and self.run.step > self.start:
            checkpoint.write(self.folder, *self.run.state())
            raise Left


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_run_left_anywhere_ends_with_the_bits_of_one_never_touched(kind: str, tiny: Tiny, tmp_path: Path) -> None:
    experiment = tiny(f"training.epochs={EPOCHS}", "data.batch_size=64", *KINDS[kind])
    events: list[Any] = []
    whole = run_of(experiment, events)
    result = whole.go()
    whole.flush()

    again: list[Any] = []
    left = 0
    other = network_of(experiment)
    while True:
        other.reset(seed=left)  # nothing of what it was before may stay
        run = Leaving(experiment, again, tmp_path, network=other).run
        try:
            found = run.go()
            break
        except Left:
            left += 1
    run.flush()
    assert left >= 2
    assert digest(run.network) == digest(whole.network)
    assert found == result
    assert told(again) == told(events)


@pytest.mark.parametrize("feed", ["resident", "sliced"])
def test_how_images_come_changes_no_bit_of_what_is_resumed(feed: str, tiny: Tiny, tmp_path: Path) -> None:
    experiment = tiny("data.augment=[flip]", "data.batch_size=64")
    with pytest.raises(Left):
        Leaving(experiment, [], tmp_path, Sliced if feed == "resident" else None).run.go()
    made = Sliced if feed == "sliced" else lambda images, labels: Resident(images, labels, "/CPU:0")
    run, whole = run_of(experiment, [], made), run_of(experiment, [])
    saved = checkpoint.read(tmp_path)
    assert saved is not None
    run.restore(*saved)
    assert run.step > 0
    run.go()
    whole.go()
    assert digest(run.network) == digest(whole.network)


def test_another_network_is_refused(tiny: Tiny) -> None:
    state = run_of(tiny(), []).state()
    with pytest.raises(ValueError, match="does not fit this network"):
        run_of(tiny("model.stages.0.channels=8"), []).restore(*state)


ARRAYS = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.zeros((0, 4), np.int64), "c": np.uint32(7)}


def newest(folder: Path) -> Path:
    return max((folder / checkpoint.FOLDER).glob("*.ckpt"))


def test_what_is_written_is_read_and_two_generations_stay(tmp_path: Path) -> None:
    for number in range(4):
        checkpoint.write(tmp_path, b'{"epoch": %d}' % number, ARRAYS)
    state, arrays = checkpoint.read(tmp_path) or (b"", {})
    assert state == b'{"epoch": 3}'
    for name, array in ARRAYS.items():
        assert np.array_equal(arrays[name], array)
        assert arrays[name].dtype == array.dtype
    assert len(list((tmp_path / checkpoint.FOLDER).iterdir())) == 2


@pytest.mark.parametrize("damage", ["bit", "cut", "empty", "foreign"])
def test_a_damaged_one_gives_way_to_the_one_before(damage: str, tmp_path: Path) -> None:
    checkpoint.write(tmp_path, b'"older"', ARRAYS)
    checkpoint.write(tmp_path, b'"newer"', ARRAYS)
    data = bytearray(newest(tmp_path).read_bytes())
    if damage == "bit":
        data[len(data) // 2] ^= 1
    newest(tmp_path).write_bytes({"bit": data, "cut": data[:-9], "empty": b"", "foreign": b"x" * 200}[damage])
    assert (checkpoint.read(tmp_path) or (b"",))[0] == b'"older"'
    newest(tmp_path).unlink()
    newest(tmp_path).write_bytes(b"")
    assert checkpoint.read(tmp_path) is None


def test_a_newer_one_is_refused_and_not_read_as_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "VERSION", 9)
    checkpoint.write(tmp_path, b"{}", ARRAYS)
    monkeypatch.undo()
    with pytest.raises(checkpoint.NewerCheckpoint, match="Update this one"):
        checkpoint.read(tmp_path)


def test_none_is_none(tmp_path: Path) -> None:
    assert checkpoint.read(tmp_path) is None


def test_a_pause_without_room_for_its_checkpoint_is_taken_back(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "write", full)
    told_events: list[Any] = []
    stayed: list[bool] = []
    asked = Stopped(leaves=True)
    watcher = SimpleNamespace(lock=threading.RLock(), leaving=asked, stay=lambda: stayed.append(True))
    keeper = Keeper(run_of(tiny(), []), tmp_path, watcher, told_events.append)
    keeper(False)
    assert stayed == [True]
    assert [event.sentence for event in told_events] == [
        "No checkpoint could be written (No space left on device).",
        "Not paused: its checkpoint could not be written.",
    ]
    watcher.leaving = Stopped(15, leaves=True)
    with pytest.raises(Stopped):
        keeper(False)
