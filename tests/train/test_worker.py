"""A worker process: each way a run can end, and the next run after it."""

from __future__ import annotations

import hashlib
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tui_ablate import journal
from tui_ablate.spec.experiment import Experiment
from tui_ablate.spec.load import load

pytestmark = pytest.mark.slow

Tiny = Callable[..., Experiment]

DEEP = load("cifar-resnet-56", ["data.name=digits"])
"""An experiment whose network takes seconds to compile."""

WILD = ("training.optimizer.learning_rate=1e6", "model.normalization={name: none}", "model.activation=leaky_relu")


def weights_of(folder: Path) -> str:
    """sha256 of all weights of a run's model."""
    from tui_ablate.train.backend import keras

    model = keras.models.load_model(folder / "model.keras")
    return hashlib.sha256(b"".join(weight.numpy().tobytes() for weight in model.weights)).hexdigest()


def test_a_seed_is_the_same_run_alone_and_second_of_a_worker(workshop: Any, tiny: Tiny) -> None:
    experiment = tiny("data.augment=[flip, crop, cutout]", "model.head.dropout=0.3")
    folders = {name: workshop.queue(name, experiment, seed) for name, seed in (("a", 1), ("b", 2))}
    assert workshop.work("a", "b") == 0
    folders["alone"] = workshop.queue("alone", experiment, 2)
    assert workshop.work("alone") == 0
    assert weights_of(folders["b"]) == weights_of(folders["alone"]) != weights_of(folders["a"])
    traced = [[type(e).__name__ for e in workshop.events(name)].count("Traced") for name in ("a", "b")]
    assert traced == [1, 0], "the second seed goes through the network compiled for the first"

    for name, folder in folders.items():
        ending = workshop.ended(name)
        events = workshop.events(name)
        assert ending.state == "done"
        assert ending.sentence.startswith("Trained 2 epochs; top-1 error on the test set")
        assert isinstance(events[-1], journal.Ended)
        assert [e.epoch for e in events if isinstance(e, journal.Epoch)] == [1, 2]
        tested = [e for e in events if isinstance(e, journal.Tested)]
        assert len(tested) == 1
        assert ending.metrics["test.top1_error"] == pytest.approx(tested[0].top1_error)
        assert not (workshop.home / "open" / name).exists()
        assert not (folder / "claim.json").exists()
        assert {"experiment.yaml", "journal.jsonl", "exit.json", "model.keras", "log"} <= {
            path.name for path in folder.iterdir()
        }
    started = next(e for e in workshop.events("a") if isinstance(e, journal.Started))
    assert (started.threads, started.device, started.epochs) == (2, "cpu", 2)
    assert started.versions["tensorflow"]


@pytest.mark.parametrize("moment", ["import", "compile", "train"])
def test_cancel_takes_less_than_a_second_and_the_worker_goes_on(workshop: Any, tiny: Tiny, moment: str) -> None:
    folder = workshop.queue("a", tiny("training.epochs=9999") if moment == "train" else DEEP)
    workshop.queue("b", tiny("training.epochs=1"))
    process = workshop.worker("a")
    seen = {"import": lambda: (folder / "claim.json").exists(), "compile": lambda: _saw(workshop, journal.Started)}
    workshop.until(seen.get(moment, lambda: _saw(workshop, journal.Epoch)))
    asked = time.monotonic()
    journal.request(folder, "cancel")
    ending = workshop.ended("a")
    took = time.monotonic() - asked
    assert ending.state == "cancelled"
    assert ending.sentence.startswith("Cancelled ")
    assert took < 2, "it takes less than a second where the machine is not busy with other tests"
    workshop.until(lambda: not journal.requests(folder))
    process.stdin.write(b"b\n")
    process.stdin.close()
    assert workshop.ended("b").state == "done"
    assert process.wait(timeout=30) == 0


def _saw(workshop: Any, kind: type) -> bool:
    return any(isinstance(event, kind) for event in workshop.events("a"))


def undisturbed(workshop: Any, experiment: Experiment) -> str:
    """The weights that a run of seed 3 ends with when nobody touches it."""
    folder = workshop.queue("undisturbed", experiment, 3)
    assert workshop.work("undisturbed") == 0
    return weights_of(folder)


@pytest.mark.parametrize("how", ["SIGTERM", "SIGUSR1", "SIGKILL", "pause"])
def test_a_run_left_or_killed_goes_on_to_the_same_weights(workshop: Any, tiny: Tiny, how: str) -> None:
    experiment = tiny(
        "training.epochs=60", "data.batch_size=16", "data.augment=[flip, crop]", "model.head.dropout=0.3",
        "training.schedule={name: plateau, patience: 2}",
    )  # fmt: skip
    folder = workshop.queue("a", experiment, 3)
    for _ in range(2):
        before = sum(isinstance(event, journal.Checkpoint) for event in workshop.events("a"))
        process = workshop.worker("a")
        workshop.until(
            lambda before=before: sum(isinstance(e, journal.Checkpoint) for e in workshop.events("a")) > before
        )
        if how == "pause":
            journal.request(folder, "pause")
            workshop.until(lambda: not (folder / "claim.json").exists())
            assert _saw(workshop, journal.Paused)
            process.stdin.close()
        else:
            process.send_signal(getattr(signal, how))
        assert process.wait(timeout=30) == (-signal.SIGKILL if how == "SIGKILL" else 0)
        journal.clear_request(folder, "pause")
        assert journal.read_exit(folder) is None
        assert (workshop.home / "open" / "a").exists()
    assert workshop.work("a") == 0
    ending = workshop.ended("a")
    assert ending.state == "done", ending.sentence
    resumed = [event for event in workshop.events("a") if isinstance(event, journal.Resumed)]
    assert len(resumed) == 2
    assert all(event.step > 0 for event in resumed)
    assert [e.epoch for e in journal.curves(workshop.events("a")).epochs] == list(range(1, 61))
    assert weights_of(folder) == undisturbed(workshop, experiment)
    assert not (folder / "checkpoint").exists(), "an ended run needs none"


@pytest.mark.parametrize("moment", ["import", "compile"])
def test_a_pause_does_not_wait_for_a_long_call(workshop: Any, moment: str) -> None:
    folder = workshop.queue("a", DEEP)
    workshop.worker("a")
    workshop.until((folder / "claim.json").exists if moment == "import" else lambda: _saw(workshop, journal.Started))
    journal.request(folder, "pause")
    asked = time.monotonic()
    workshop.until(lambda: not (folder / "claim.json").exists())
    assert time.monotonic() - asked < 2, "it takes less than a second where the machine is not busy with other tests"
    assert journal.read_exit(folder) is None


def test_a_run_killed_before_its_first_checkpoint_starts_anew(workshop: Any, tiny: Tiny) -> None:
    experiment = tiny("training.epochs=3")
    folder = workshop.queue("a", experiment, 3)
    book = journal.Journal(folder / journal.JOURNAL)
    book.write(journal.Step(t=1, epoch=1, step=1, loss=9, penalty=0, accuracy=0, learning_rate=0.1))
    book.close()
    assert workshop.work("a") == 0
    assert all(step.loss != 9 for step in journal.curves(workshop.events("a")).steps)
    assert weights_of(folder) == undisturbed(workshop, experiment)


def test_a_run_that_diverges_says_where_and_keeps_no_weights(workshop: Any, tiny: Tiny) -> None:
    folder = workshop.queue("a", tiny(*WILD))
    workshop.queue("b", tiny("training.epochs=1"))
    assert workshop.work("a", "b") == 0
    ending = workshop.ended("a")
    assert ending.state == "diverged"
    assert ending.sentence.startswith("The loss was not finite in epoch 1, at step ")
    assert not (folder / "model.keras").exists()
    last = [e for e in workshop.events("a") if isinstance(e, journal.Step)][-1]
    assert f"at step {last.step}." in ending.sentence
    assert last.loss is None or last.loss != last.loss
    assert workshop.ended("b").state == "done"


def test_out_of_memory_says_how_much_was_asked_and_the_worker_goes_on(workshop: Any, tiny: Tiny) -> None:
    workshop.queue("a", tiny("model.head.hidden=[900000, 900000]"))
    workshop.queue("b", tiny("training.epochs=1"))
    assert workshop.work("a", "b") == 0
    ending = workshop.ended("a")
    assert ending.state == "out_of_memory"
    assert "one array of 3017.5 GiB did not fit" in ending.sentence
    assert workshop.ended("b").state == "done"


def test_what_the_data_cannot_give_is_refused_with_its_field(workshop: Any, tiny: Tiny) -> None:
    workshop.queue("a", tiny("data.drop_remainder=true", "data.batch_size=5000"))
    workshop.queue("b", tiny("data.name=no_such_set"))
    assert workshop.work("a", "b") == 0
    ending = workshop.ended("a")
    assert ending.state == "failed"
    assert ending.sentence.startswith("data.drop_remainder leaves no step: 1150 training examples")
    assert workshop.ended("b").state == "failed"
    assert "no_such_set" in workshop.ended("b").sentence


def test_no_room_for_the_journal_is_said(workshop: Any, tiny: Tiny) -> None:
    folder = workshop.queue("a", tiny())
    limit = 6000

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    # The journal of an earlier attempt already fills nearly all there is.
    filler = journal.Journal(folder / journal.JOURNAL)
    while (folder / journal.JOURNAL).stat().st_size < limit - 500:
        filler.write(journal.Warning(t=0, sentence="x" * 40))
    filler.close()
    subprocess.run(
        [sys.executable, "-m", "tui_ablate.train.worker", "--home", str(workshop.home), "a"],
        stdin=subprocess.DEVNULL,
        preexec_fn=small_files,
        timeout=120,
        check=True,
    )
    ending = workshop.ended("a")
    assert ending.state == "failed"
    assert "Make room and run it again." in ending.sentence


def test_a_run_of_another_living_worker_is_left_alone(workshop: Any, tiny: Tiny) -> None:
    folder = workshop.queue("a", tiny())
    (workshop.home / "open" / "a").unlink()  # else the worker that leaves calls for a supervisor
    assert journal.claim(folder) is not None
    assert workshop.work("a", stderr=subprocess.DEVNULL) == 0
    assert journal.read_exit(folder) is None
    assert not (folder / "journal.jsonl").exists()


def test_a_worker_that_leaves_calls_for_a_supervisor(workshop: Any, tiny: Tiny) -> None:
    for name in ("a", "b"):
        workshop.queue(name, tiny("training.epochs=1"))
    assert workshop.work("a") == 0
    assert workshop.ended("b").state == "done", "nobody gave it to the worker of a, which found it open"


FULL = """
import errno, os, sys, time
from pathlib import Path
from tui_ablate import journal
from tui_ablate.train import worker
sync, given = os.fsync, Path(sys.argv[1])
def full(descriptor):
    if "exit.json" in os.readlink(f"/proc/self/fd/{descriptor}") and not (given / "room").exists():
        (given / "waits").touch()
        raise OSError(errno.ENOSPC, "No space left on device")
    sync(descriptor)
os.fsync, worker.ROOM_SECONDS = full, float(sys.argv[2])
worker._write_when_there_is_room(given, journal.Exit(state="done", sentence="Trained.", ended=1))
"""


def test_the_last_words_wait_for_room(workshop: Any, tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", FULL, str(tmp_path), "60"])
    workshop.until((tmp_path / "waits").exists)
    assert journal.read_exit(tmp_path) is None
    (tmp_path / "room").touch()
    assert process.wait(30) == 0
    ending = journal.read_exit(tmp_path)
    assert ending is not None
    assert ending.state == "done"


def test_a_worker_that_finds_no_room_for_long_says_so_by_its_status(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", FULL, str(tmp_path), "0"], capture_output=True, check=False)
    assert ran.returncode == journal.UNWRITTEN
    assert journal.read_exit(tmp_path) is None


def test_a_failure_inside_is_one_sentence_and_its_traceback_is_in_the_log(workshop: Any, tiny: Tiny) -> None:
    folder = workshop.queue("a", tiny())
    (folder / "experiment.yaml").write_text("v: 1\nid: a\n")
    assert workshop.work("a") == 0
    ending = workshop.ended("a")
    assert ending.state == "failed"
    assert "\n" not in ending.sentence
    assert "Traceback" in (folder / "log").read_text()


def test_a_run_with_other_threads_gets_a_fresh_process(workshop: Any, tiny: Tiny) -> None:
    workshop.queue("a", tiny("training.epochs=1"))
    workshop.queue("b", tiny("training.epochs=1", "training.deterministic=true"), threads=1)
    assert workshop.work("a", "b") == 0
    assert workshop.ended("b").state == "done"
    started = [next(e for e in workshop.events(n) if isinstance(e, journal.Started)) for n in ("a", "b")]
    assert [event.threads for event in started] == [2, 1]
    assert started[0].pid == started[1].pid
