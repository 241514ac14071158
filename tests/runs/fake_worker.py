"""A worker that trains nothing: claims, writes events, obeys requests, or misbehaves as `behaviour` in its run says."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from tui_ablate import journal


def train(home: Path, run_id: str) -> None:
    folder = home / "runs" / run_id
    if journal.read_exit(folder) is not None or journal.claim(folder) is None:
        return
    how = (folder / "behaviour").read_text() if (folder / "behaviour").exists() else "steps"
    book = journal.Journal(folder / journal.JOURNAL)
    book.write(
        journal.Started(
            t=time.time(),
            host="h",
            pid=os.getpid(),
            device=os.environ["CUDA_VISIBLE_DEVICES"],
            versions={"colour": os.environ.get("TF_CPP_COLOUR", "")},
            threads=1,
            epochs=1,
            steps_per_epoch=5,
        )
    )
    book.write(journal.Step(t=time.time(), epoch=1, step=1, loss=1, penalty=0, accuracy=0.5, learning_rate=0.1))
    state = "done"
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif how == "status":
        os._exit(3)
    elif how == "oom killed":
        (home / "kernel").write_text("nr_free_pages 7\noom_kill 1\noom_kill_local 9\n")
        os.kill(os.getpid(), signal.SIGKILL)
    elif how == "unwritten":
        os._exit(journal.UNWRITTEN)
    elif how.startswith("says "):
        print(how.removeprefix("says "), "\nlast words", flush=True)
        os.kill(os.getpid(), signal.SIGSEGV)
    elif how == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            signal.pause()
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    while how == "until" and not (folder / "end").exists():
        if told or "pause" in journal.requests(folder):
            book.close()
            journal.release(folder)
            if told:
                sys.exit(0)
            return
        if "cancel" in journal.requests(folder):
            state = "cancelled"
            break
        time.sleep(0.02)
    metrics = {"test.top1_error": 0.25} if state == "done" else {}
    journal.write_exit(folder, journal.Exit(state=state, sentence="Over.", ended=time.time(), metrics=metrics))
    (home / "open" / run_id).unlink(missing_ok=True)
    journal.release(folder)
    book.close()


def main() -> None:
    home, first = Path(sys.argv[2]), sys.argv[3]
    train(home, first)
    for line in sys.stdin:
        train(home, line.strip())


if __name__ == "__main__":
    main()
