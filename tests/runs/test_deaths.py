"""What is said of a run whose worker died without a word: real workers, killed as kernel and TensorFlow kill them."""

from __future__ import annotations

import os
import signal
import time

import msgspec
import pytest

from tests.runs.conftest import Place, until
from tui_ablate import journal

REFUSED = "says W tensorflow/core RESOURCE_EXHAUSTED: OOM when allocating tensor with shape[1437,16,256,256]"


def test_a_worker_that_the_kernel_killed_for_memory_ran_out_of_memory(place: Place) -> None:
    (run_id,) = place.queue("oom killed")
    assert place.supervise().wait(30) == 0
    ending = journal.read_exit(place.home.run(run_id))
    assert ending is not None
    assert (ending.state, ending.signal) == ("out_of_memory", signal.SIGKILL)
    assert "in epoch 1, after step 1: its worker was killed while the machine had no memory left." in ending.sentence
    assert "data.batch_size" in ending.sentence


def test_a_worker_killed_by_hand_after_an_old_kill_for_memory_did_not(place: Place) -> None:
    (place.home.path / "kernel").write_text("oom_kill 7\n")
    (run_id,) = place.queue("killed")
    assert place.supervise().wait(30) == 0
    assert place.row(run_id).state == "failed"


@pytest.mark.parametrize(
    ("behaviour", "state", "sentence"),
    [
        (REFUSED, "out_of_memory", "crashed (SIGSEGV) when it was refused memory"),
        ("says terminate called after throwing an instance of 'std::bad_alloc'", "out_of_memory", "refused memory"),
        ("says RESOURCE_EXHAUSTED: /home/x; No space left on device", "failed", "killed by SIGSEGV"),
        ("says nothing of note", "failed", "killed by SIGSEGV"),
        ("unwritten", "failed", "The disk was full in epoch 1, after step 1: its worker found no room"),
    ],
)
def test_what_a_crash_left_in_the_log_is_its_cause(place: Place, behaviour: str, state: str, sentence: str) -> None:
    (run_id,) = place.queue(behaviour)
    assert place.supervise().wait(30) == 0
    told = place.row(run_id)
    assert told.state == state
    assert sentence in told.sentence


def test_a_claim_that_cannot_be_read_is_left_alone_and_buried_after_minutes_of_silence(place: Place) -> None:
    (run_id,) = place.queue("steps")
    claim = place.home.run(run_id) / "claim.json"
    claim.write_text('{"v": 9, "owner": "someone"}')
    supervisor = place.supervise()
    (other,) = place.queue("steps")
    place.wait(other, "done")
    assert place.row(run_id).state == "starting"
    os.utime(claim, (time.time() - 999,) * 2)
    assert "a claim that cannot be read" in (place.wait(run_id, "done").warning or "")
    assert supervisor.wait(30) == 0


def test_a_worker_of_another_machine_that_fell_silent_is_named(place: Place) -> None:
    (run_id,) = place.queue("steps")
    mine = journal.claim(place.home.run(run_id))
    assert mine is not None
    far = msgspec.structs.replace(mine, host="elsewhere", heartbeat=1)
    (place.home.run(run_id) / "claim.json").write_bytes(msgspec.json.encode(far))
    place.supervise()
    until(lambda: "elsewhere has not been heard of" in (place.row(run_id).warning or ""))
    place.wait(run_id, "done")
