"""One run in this process: which device it is on, where its pictures lie, what it leaves."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tui_ablate import journal
from tui_ablate.spec.experiment import Experiment
from tui_ablate.spec.runfile import Environment
from tui_ablate.train import feeding, setup, trainer
from tui_ablate.train.endings import Refused, Unsaved
from tui_ablate.train.feeding import Resident, Sliced, feeds
from tui_ablate.train.prepare import ensure
from tui_ablate.train.trainer import Trainer

Tiny = Callable[..., Experiment]


@pytest.fixture
def working(tmp_path: Path) -> Trainer:
    """A trainer whose watcher takes over no signals of this process."""
    made = Trainer(tmp_path, 2, SimpleNamespace(lock=threading.RLock(), stage="", pulse=lambda: None, leaving=None))
    made.device, made.device_name = "/CPU:0", "cpu"  # as where TensorFlow sees no GPU
    return made


def test_a_gpu_that_is_missing_is_said(
    working: Trainer, tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setenv(setup.GIVEN, "cpu")
    working.train(tiny("training.epochs=1"), 0, tmp_path, told.append)
    assert not [event for event in told if isinstance(event, journal.Warning)]
    monkeypatch.setenv(setup.GIVEN, "gpu:0")
    working.train(tiny("training.epochs=1"), 0, tmp_path, told.append)
    (warning,) = [event for event in told if isinstance(event, journal.Warning)]
    assert warning.sentence == ("TensorFlow sees no GPU, so this run trains on the CPU: `tui-ablate doctor` says why.")


def test_a_run_that_names_a_gpu_is_refused_without_one(working: Trainer, tiny: Tiny, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"TensorFlow sees no GPU, and this run asks for gpu:1"):
        working.train(tiny(), 0, tmp_path, lambda event: None, "gpu:1")


def test_metrics_survive_a_model_that_cannot_be_saved(
    working: Trainer, tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(model: Any, folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(trainer, "save", full)
    with pytest.raises(Unsaved) as met:
        working.train(tiny("training.epochs=1"), 0, tmp_path, lambda event: None)
    assert 0 <= met.value.metrics["test.top1_error"] <= 1


def test_a_run_for_the_cpu_needs_no_other_process_where_that_is_what_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain, named = Environment(python="python", threads=2), Environment(python="python", threads=2, device="cpu")
    monkeypatch.setenv(setup.GIVEN, "cpu")
    assert setup.wanted(plain, False) == setup.wanted(named, False)
    monkeypatch.setenv(setup.GIVEN, "gpu:0")
    assert setup.wanted(plain, False) != setup.wanted(named, False)


def test_pictures_lie_on_the_device_where_all_splits_fit_together(tiny: Tiny) -> None:
    arrays = ensure(tiny().data, None, lambda progress: None, lambda: False)
    parts = [arrays.train, arrays.validation, arrays.test]
    largest, all_of_them = max(part.images.nbytes for part in parts), sum(part.images.nbytes for part in parts)
    roomy = feeds(arrays, "/CPU:0", int(all_of_them / feeding.RESIDENT_SHARE))
    assert {type(feed) for feed in roomy.values()} == {Resident}
    narrow = feeds(arrays, "/CPU:0", int(largest / feeding.RESIDENT_SHARE))
    assert {type(feed) for feed in narrow.values()} == {Sliced}


def test_memory_is_counted_in_bytes_even_where_no_driver_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    assert setup.memory("/CPU:0") > 1 << 26
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "GPU-no-such-card")
    assert setup.memory("/GPU:0") == setup.USUAL_MEMORY
