"""One owner a run: claims are taken, lost with their process, and taken over, each by one process alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from tui_ablate import journal

CLAIM = """
import sys
from pathlib import Path
from tui_ablate import journal
sys.stdin.readline()
print("mine" if journal.claim(Path(sys.argv[1])) else "taken", flush=True)
sys.stdin.readline()
"""


def claimer(run: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CLAIM, str(run)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_of_many_claimers_one_wins_and_after_its_death_one_again(tmp_path: Path) -> None:
    for _ in range(2):
        many = [claimer(tmp_path) for _ in range(6)]
        for process in many:
            go(process)
        said = [heard(process) for process in many]
        assert sorted(said) == ["mine", *["taken"] * 5]
        claim = journal.read_claim(tmp_path)
        assert claim is not None
        assert claim.pid == many[said.index("mine")].pid
        assert journal.alive(claim)
        for process in many:
            process.kill()
            process.wait()
        assert not journal.alive(claim)


def test_a_zombie_is_dead(tmp_path: Path) -> None:
    process = claimer(tmp_path)
    go(process)
    assert heard(process) == "mine"
    os.kill(process.pid, signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    claim = journal.read_claim(tmp_path)
    assert claim is not None
    assert not journal.alive(claim)
    assert journal.claim(tmp_path) is not None
    process.wait()


def test_an_ended_run_cannot_be_claimed(tmp_path: Path) -> None:
    assert journal.write_exit(tmp_path, journal.Exit(state="done", sentence="", ended=1))
    assert journal.claim(tmp_path) is None
    assert journal.read_claim(tmp_path) is None


def test_another_machine_is_judged_by_its_heartbeat_and_another_boot_is_dead(tmp_path: Path) -> None:
    mine = journal.claim(tmp_path)
    assert mine is not None
    far = msgspec.structs.replace(mine, host="elsewhere", heartbeat=time.time())
    assert journal.alive(far)
    assert not journal.alive(far, far.heartbeat + 121)
    assert not journal.alive(msgspec.structs.replace(mine, boot_id="before"))
    assert not journal.alive(msgspec.structs.replace(mine, ticks=mine.ticks + 1))


def test_a_heartbeat_renews_and_a_release_frees(tmp_path: Path) -> None:
    mine = journal.claim(tmp_path)
    assert mine is not None
    assert journal.claim(tmp_path) is not None, "its owner may ask again"
    renewed = journal.beat(tmp_path, mine)
    assert renewed.heartbeat >= mine.heartbeat
    assert journal.read_claim(tmp_path) == renewed
    journal.release(tmp_path)
    assert journal.read_claim(tmp_path) is None


NEWER = b'{"v": 2, "host": "h", "pid": 1, "ticks": 1, "boot_id": "b", "heartbeat": 9e9}'


@pytest.mark.parametrize("unreadable", [b"", b"{", b"\xff\xfe", b'{"pid": "x"}', b'{"v": 2, "owner": "x"}', NEWER])
def test_a_claim_that_cannot_be_read_is_held_until_it_was_silent_for_minutes(tmp_path: Path, unreadable: bytes) -> None:
    path = tmp_path / "claim.json"
    path.write_bytes(unreadable)
    held = journal.read_claim(tmp_path)
    assert held is not None
    assert journal.alive(held)
    assert journal.claim(tmp_path) is None
    assert path.read_bytes() == unreadable
    long_ago = time.time() - 121
    os.utime(path, (long_ago, long_ago))
    mine = journal.claim(tmp_path)
    assert mine is not None
    assert journal.read_claim(tmp_path) == mine


FULL = """
import os, sys
from pathlib import Path
from tui_ablate import journal
def full(descriptor):
    raise OSError(28, "No space left on device")
os.fsync = full
try:
    journal.claim(Path(sys.argv[1]))
except OSError as error:
    print(error)
"""


def test_on_a_full_disk_a_dead_claim_stays_as_it_was(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", CLAIM, str(tmp_path)], input="\n\n", text=True, check=True, stdout=subprocess.DEVNULL
    )
    dead = journal.read_claim(tmp_path)
    assert dead is not None
    ran = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], text=True, capture_output=True, check=True)
    assert "No space left" in ran.stdout
    assert journal.read_claim(tmp_path) == dead


def test_a_run_ends_once(tmp_path: Path) -> None:
    first = journal.Exit(state="done", sentence="Trained.", ended=2, metrics={"test.top1_error": 0.1, "x": None})
    assert journal.write_exit(tmp_path, first)
    assert not journal.write_exit(tmp_path, journal.Exit(state="failed", sentence="no", ended=3))
    assert journal.read_exit(tmp_path) == first


def test_a_damaged_end_is_an_end(tmp_path: Path) -> None:
    (tmp_path / "exit.json").write_bytes(b"\xff\x00")
    ending = journal.read_exit(tmp_path)
    assert ending is not None
    assert ending.state == "failed"
    assert "damaged" in ending.sentence


def test_a_folder_of_the_name_of_an_end_is_an_end(tmp_path: Path) -> None:
    (tmp_path / "exit.json").mkdir()
    ending = journal.read_exit(tmp_path)
    assert ending is not None
    assert "damaged" in ending.sentence


@pytest.mark.parametrize(("state", "read"), [("done", "done"), ("hibernating", "failed")])
def test_an_end_of_a_newer_format_is_an_end_and_asks_for_an_update(tmp_path: Path, state: str, read: str) -> None:
    (tmp_path / "exit.json").write_text(f'{{"v": 9, "state": "{state}", "sentence": ["new"], "ended": "today"}}')
    ending = journal.read_exit(tmp_path)
    assert ending is not None
    assert (ending.v, ending.state) == (9, read)
    assert "update tui-ablate" in ending.sentence


def test_requests_come_and_go(tmp_path: Path) -> None:
    assert journal.requests(tmp_path) == frozenset()
    journal.request(tmp_path, "cancel")
    journal.request(tmp_path, "cancel")
    assert journal.requests(tmp_path) == {"cancel"}
    journal.clear_request(tmp_path, "cancel")
    journal.clear_request(tmp_path, "cancel")
    assert journal.requests(tmp_path) == frozenset()


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "f"
    journal.write_atomic(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        journal.write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["f"]
