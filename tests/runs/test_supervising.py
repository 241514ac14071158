"""Runs are worked through, whoever dies: real processes, real signals."""

from __future__ import annotations

import errno
import os
import pty
import shutil
import signal
import sys
from pathlib import Path

import pytest

from tests.runs.conftest import Place, until
from tui_ablate import journal
from tui_ablate.runs import cancel, ensure_supervisor, pause, resume, rows
from tui_ablate.runs.dispatch import Dispatcher
from tui_ablate.runs.engine import LocalEngine
from tui_ablate.runs.starting import LOG_LIMIT, take_lock


def test_one_worker_takes_one_run_after_the_other_and_then_all_leave(place: Place) -> None:
    ids = place.queue("steps", "steps", "steps")
    assert place.supervise().wait(30) == 0
    assert [place.row(run_id).state for run_id in ids] == ["done"] * 3
    assert len({place.pid(run_id) for run_id in ids}) == 1
    assert place.row(ids[0]).test_error == 0.25
    assert not list(place.home.open.iterdir())


def test_a_run_whose_workers_all_die_is_tried_four_times_and_the_next_one_runs(place: Place) -> None:
    killed, status, good = place.queue("killed", "status", "steps")
    place.supervise().wait(30)
    ending = journal.read_exit(place.home.run(killed))
    assert ending is not None
    assert (ending.state, ending.signal) == ("failed", signal.SIGKILL)
    assert "SIGKILL" in ending.sentence
    assert "in epoch 1, after step 1" in ending.sentence
    assert "ended with status 3" in place.row(status).sentence
    assert place.row(good).state == "done"
    events = journal.read(place.home.run(killed) / journal.JOURNAL)
    lost = [event.sentence for event in events if isinstance(event, journal.Lost)]
    assert [sentence.rpartition("; ")[2] for sentence in lost] == [
        f"it starts anew ({n} of 3 times)." for n in (1, 2, 3)
    ]
    assert sum(isinstance(event, journal.Started) for event in events) == 4
    assert isinstance(events[-1], journal.Ended)


def test_a_paused_run_lets_go_of_its_device_and_goes_on_when_asked(place: Place) -> None:
    first, second, third = place.queue("until", "steps", "steps")
    assert pause(place.home, third)
    assert place.row(third).state == "paused"
    supervisor = place.supervise()
    place.wait(first, "running")
    assert pause(place.home, first)
    place.wait(first, "paused")
    place.wait(second, "done")
    assert supervisor.wait(30) == 0, "nobody waits for what is paused"
    assert place.row(third).state == "paused"
    assert resume(place.home, first)
    assert resume(place.home, third)
    assert not resume(place.home, third)
    place.finish(first)
    assert place.supervise().wait(30) == 0
    assert [place.row(run_id).state for run_id in (first, third)] == ["done", "done"]
    assert not pause(place.home, first)


def test_a_run_resumed_before_anybody_saw_its_pause_goes_on(place: Place) -> None:
    (run_id,) = place.queue("until")
    place.supervise()
    place.wait(run_id, "running")
    assert pause(place.home, run_id)
    until(lambda: journal.read_claim(place.home.run(run_id)) is None)
    assert resume(place.home, run_id)
    until(lambda: sum(isinstance(e, journal.Started) for e in journal.read(place.journal(run_id))) == 2)
    place.finish(run_id)
    place.wait(run_id, "done")


def test_a_found_worker_that_leaves_in_order_is_no_death(place: Place) -> None:
    (run_id,) = place.queue("until")
    supervisor = place.supervise()
    place.wait(run_id, "running")
    supervisor.kill()
    supervisor.wait()
    place.supervise()
    until(lambda: f"{run_id}: found with process" in place.home.log.read_text())
    os.kill(place.pid(run_id), signal.SIGTERM)
    until(lambda: sum(isinstance(e, journal.Started) for e in journal.read(place.journal(run_id))) == 2)
    place.finish(run_id)
    place.wait(run_id, "done")
    assert not any(isinstance(e, journal.Lost) for e in journal.read(place.journal(run_id)))


def test_a_run_paused_while_its_worker_was_dead_rests(place: Place) -> None:
    (run_id,) = place.queue("until")
    supervisor = place.supervise()
    place.wait(run_id, "running")
    supervisor.kill()
    supervisor.wait()
    os.kill(place.pid(run_id), signal.SIGKILL)
    until(lambda: place.row(run_id).state == "lost")
    assert pause(place.home, run_id)
    assert place.supervise().wait(30) == 0
    assert place.row(run_id).state == "paused"
    assert place.row(run_id).seconds_left is None
    assert cancel(place.home, run_id)
    assert place.row(run_id).sentence == "Cancelled in epoch 1, after step 1."


def test_a_paused_run_can_be_cancelled(place: Place) -> None:
    (run_id,) = place.queue("steps")
    assert pause(place.home, run_id)
    assert cancel(place.home, run_id)
    assert place.row(run_id).state == "cancelled"
    assert not journal.requests(place.home.run(run_id))


def test_a_worker_that_leaves_in_order_costs_its_run_no_try(place: Place) -> None:
    (run_id,) = place.queue("until")
    place.supervise()
    place.wait(run_id, "running")
    os.kill(place.pid(run_id), signal.SIGTERM)
    until(lambda: sum(isinstance(e, journal.Started) for e in journal.read(place.journal(run_id))) == 2)
    place.finish(run_id)
    place.wait(run_id, "done")
    assert not any(isinstance(e, journal.Lost) for e in journal.read(place.journal(run_id)))


def test_a_worker_that_ignores_cancel_is_killed(place: Place) -> None:
    deaf, willing, next_ = place.queue("deaf", "until", "steps")
    place.supervise()
    place.wait(deaf, "running")
    assert cancel(place.home, deaf)
    assert "did not end" in place.wait(deaf, "cancelled").sentence
    place.wait(willing, "running")
    assert cancel(place.home, willing)
    place.wait(willing, "cancelled")
    place.wait(next_, "done")


def test_workers_outlive_their_supervisor_and_the_next_one_finds_them(place: Place) -> None:
    first, second = place.queue("until", "steps")
    supervisor = place.supervise()
    place.wait(first, "running")
    supervisor.kill()
    supervisor.wait()
    assert place.row(first).state == "running"
    again = place.supervise()
    until(lambda: f"{first}: found with process" in place.home.log.read_text())
    assert place.row(second).state == "queued"
    place.finish(first)
    assert again.wait(30) == 0
    assert [place.row(run_id).state for run_id in (first, second)] == ["done", "done"]
    place.pid(first)  # started once


def test_a_worker_that_died_unseen_is_buried_by_the_next_supervisor(place: Place) -> None:
    (run_id,) = place.queue("until")
    supervisor = place.supervise()
    place.wait(run_id, "running")
    supervisor.kill()
    supervisor.wait()
    pid = place.pid(run_id)
    os.kill(pid, signal.SIGKILL)
    until(lambda: place.row(run_id).state == "lost")
    again = place.supervise()
    until(lambda: "gone without a word" in (place.row(run_id).warning or ""))
    place.finish(run_id)
    assert again.wait(30) == 0
    assert place.row(run_id).state == "done"


def test_of_many_supervisors_one_works(place: Place) -> None:
    (run_id,) = place.queue("until")
    many = [place.supervise() for _ in range(4)]
    until(lambda: sum(process.poll() is None for process in many) == 1)
    place.wait(run_id, "running")
    assert take_lock(place.home) is None
    place.finish(run_id)
    until(lambda: all(process.poll() == 0 for process in many))


def test_what_a_run_froze_is_what_its_worker_gets(place: Place, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    ids = []
    for colour in ("red", "blue"):
        monkeypatch.setenv("TF_CPP_COLOUR", colour)
        ids += place.queue("steps")
    monkeypatch.setenv("TF_CPP_COLOUR", "green")
    place.supervise().wait(60)
    for run_id, colour in zip(ids, ("red", "blue"), strict=True):
        events = journal.read(place.home.run(run_id) / journal.JOURNAL)
        assert [e.versions for e in events if isinstance(e, journal.Started)] == [{"colour": colour}]
    assert place.pid(ids[0]) != place.pid(ids[1])


def test_what_cannot_be_run_ends_with_a_sentence_and_newer_runs_are_left_alone(place: Place) -> None:
    damaged, newer, good = place.queue("steps", "steps", "steps")
    (place.home.run(damaged) / "experiment.yaml").write_text("id: [")
    file = place.home.run(newer) / "experiment.yaml"
    file.write_text(file.read_text().replace("v: 1", "v: 99", 1))
    (place.home.open / ".swp").touch()
    (place.home.open / "nothing").touch()
    assert place.supervise().wait(30) == 0
    assert "cannot be read" in place.row(damaged).sentence
    assert place.row(newer).state == "queued"
    assert place.row(good).state == "done"
    assert {entry.name for entry in place.home.open.iterdir()} == {newer, ".swp"}


def test_the_supervisor_is_small_and_outlives_the_terminal_that_started_it(place: Place) -> None:
    (run_id,) = place.queue("steps")
    assert journal.claim(place.home.run(run_id)) is not None  # this test holds the run: the supervisor only waits
    place.home.log.write_bytes(b"x" * (LOG_LIMIT + 1))
    pid, terminal = pty.fork()
    if pid == 0:
        code = "from tui_ablate.runs import *; ensure_supervisor(Home()); print('started', flush=True); input()"
        os.execv(sys.executable, [sys.executable, "-c", code])
    heard = b""
    while b"started" not in heard:
        heard += os.read(terminal, 100)
    until(lambda: "found with process" in place.home.log.read_text())
    os.close(terminal)
    os.waitpid(pid, 0)
    ensure_supervisor(place.home)
    (found,) = {line.split()[2] for line in place.home.log.read_text().splitlines()}  # one supervisor, still
    status = Path(f"/proc/{found}/status").read_text()
    (resident,) = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")]
    assert resident < 32 * 1024
    assert "tensorflow" not in Path(f"/proc/{found}/maps").read_text()
    assert place.home.log.stat().st_size < LOG_LIMIT
    journal.write_exit(place.home.run(run_id), journal.Exit(state="done", sentence="", ended=1))
    os.kill(int(found), signal.SIGTERM)
    until(lambda: not Path(f"/proc/{found}/maps").exists() or not Path(f"/proc/{found}/maps").read_text())


def test_a_home_that_is_away_for_a_while_costs_no_supervisor(place: Place) -> None:
    (run_id,) = place.queue("until")
    supervisor = place.supervise()
    place.wait(run_id, "running")
    away = place.home.open.rename(place.home.path / "away")
    place.home.open.touch()
    until(lambda: place.home.log.read_text().count("Traceback") > 1)
    place.home.open.unlink()
    away.rename(place.home.open)
    place.finish(run_id)
    assert supervisor.wait(30) == 0
    assert place.row(run_id).state == "done"


def test_damaged_runs_keep_no_other_waiting(place: Place) -> None:
    odd, looped = "a80bbbbbb", "a80cccccc"
    (place.home.run(odd) / "exit.json").mkdir(parents=True)
    place.home.run(looped).mkdir()
    (place.home.run(looped) / "exit.json").symlink_to("exit.json")
    for run_id in (odd, looped):
        place.home.marker(run_id).touch()
    good = place.queue("killed", "steps")
    place.supervise()
    place.wait(good[0], "failed")
    place.wait(good[1], "done")
    assert {each.id for each in rows(place.home)} == set(good)
    assert not place.home.marker(odd).exists()
    assert place.home.log.read_text().count(f"{looped}: passed over") == 1


def test_the_worker_of_a_run_that_was_deleted_is_ended_and_its_device_freed(place: Place) -> None:
    deleted, after = place.queue("until", "steps")
    place.supervise()
    place.wait(deleted, "running")
    pid = place.pid(deleted)
    shutil.rmtree(place.home.run(deleted))
    place.wait(after, "done")
    until(lambda: journal.start_ticks(pid) is None)
    assert place.pid(after) != pid


def test_a_cancel_that_found_no_room_is_done_when_there_is_some(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    (run_id,) = place.queue("steps")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert cancel(place.home, run_id)
    assert place.row(run_id).state == "queued"
    assert place.supervise().wait(30) == 0
    assert place.row(run_id).sentence == "Cancelled before its first step."


def test_last_words_wait_for_room_and_harm_nobody(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    killed, cancelled = place.queue("killed", "steps")
    journal.request(place.home.run(cancelled), "cancel")
    said: list[str] = []
    dispatcher = Dispatcher(
        place.home, LocalEngine(place.home, [str(Path(__file__).with_name("fake_worker.py"))]), [], said.append
    )
    sync = os.fsync

    def full(descriptor: int) -> None:
        if "exit.json" in Path(f"/proc/self/fd/{descriptor}").readlink().name:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        until(lambda: dispatcher.turn() and sum("passed over" in line for line in said) == 2)
        for _ in range(3):
            dispatcher.turn()
    assert dispatcher.posts == []
    assert sum("passed over" in line for line in said) == 2
    until(lambda: not dispatcher.turn())
    assert [place.row(run_id).state for run_id in (killed, cancelled)] == ["failed", "cancelled"]
    assert "SIGKILL" in place.row(killed).sentence
