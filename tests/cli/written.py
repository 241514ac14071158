"""Runs as their workers would have written them, without training."""

from __future__ import annotations

import math
import time
from pathlib import Path

from tui_ablate import journal, runs, spec


def run(
    seed: int = 0,
    *,
    state: str = "done",
    sentence: str = "",
    preset: str = "digits-resnet-20",
    error: float = 0.0125,
    log: bytes = b"",
) -> str:
    """The id of a run in the home of this test that has ended in ``state`` after four epochs of ten steps."""
    home = runs.Home()
    (made,) = runs.submit(home, spec.load(preset, ["training.epochs=4"]), [seed])
    _write(home, made, state, sentence, error, log)
    return made


def queued(preset: str = "digits-resnet-20") -> str:
    """The id of a run that waits."""
    (made,) = runs.submit(runs.Home(), spec.load(preset), [0])
    return made


def study(*, failed: bool = False) -> str:
    """The id of digits-residual with all of its runs ended; ``failed``: all but its last well."""
    home = runs.Home()
    made = runs.submit_study(home, spec.load_study("digits-residual", None, ["training.epochs=4"]))
    rows = runs.study(home, made).runs
    for row in rows:
        state = "failed" if failed and row is rows[-1] else "done"
        error = 0.0 if row.variant == "digits-resnet-20" else 0.5 + row.seed / 100
        _write(home, row.id, state, "Its worker was killed (SIGKILL)." if state == "failed" else "", error, b"")
    return made


def _write(home: runs.Home, made: str, state: str, sentence: str, error: float, log: bytes) -> None:
    folder = home.run(made)
    now = time.time() - 60
    book = journal.Journal(folder / journal.JOURNAL)
    book.write(
        journal.Started(
            t=now, host="here", pid=1, device="cpu", versions={}, threads=2, epochs=4, steps_per_epoch=10, parameters=7
        )
    )
    book.write(journal.Traced(t=now + 1, seconds=1.0))
    for step in range(1, 41):
        loss = 2.3 * math.exp(-step / 20)
        book.write(
            journal.Step(
                t=now + 1 + step, epoch=(step + 9) // 10, step=step, loss=loss, penalty=0.1, accuracy=0.5,
                learning_rate=0.05, images_per_second=900.0,
            )
        )  # fmt: skip
        if step % 10 == 0:
            book.write(
                journal.Epoch(
                    t=now + 1 + step, epoch=step // 10, step=step, loss=loss, penalty=0.1, accuracy=0.9, top1_error=0.1,
                    learning_rate=0.05, images_per_second=900.0, validation_loss=loss,
                    validation_accuracy=step / 40, seconds=10.0,
                )
            )  # fmt: skip
    metrics: dict[str, float | None] = {}
    if state == "done":
        metrics = {"test.top1_error": error, "test.accuracy": 1 - error}
        book.write(
            journal.Tested(
                t=now + 50, loss=0.1, accuracy=1 - error, top1_error=error, examples=360, weights="last", epoch=4
            )
        )
    book.write(journal.Ended(t=now + 50, state=state, sentence=sentence))
    book.close()
    if log:
        (folder / "log").write_bytes(log)
    journal.write_exit(folder, journal.Exit(state=state, sentence=sentence, ended=now + 50, metrics=metrics))
    (home.open / made).unlink()


def folder(run_id: str) -> Path:
    """The folder of a run."""
    return runs.Home().run(run_id)
