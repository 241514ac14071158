"""Who trains a run: a file created exclusively, and taken over exclusively when its owner is dead."""

from __future__ import annotations

import fcntl
import os
import socket
import time
from pathlib import Path

import msgspec

from .ending import EXIT
from .files import create_whole, write_atomic
from .process import boot_id, own_ticks, start_ticks
from .version import VERSION, newer

CLAIM = "claim.json"
BEAT_SECONDS = 10.0
SILENCE_SECONDS = 120.0
"""A claim of another host, or one that cannot be read, is dead after so long without a heartbeat."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """The owner of a run, and when it last said so (seconds since 1970). ``host`` is empty where it cannot be read."""

    v: int = VERSION
    host: str
    pid: int
    ticks: int
    boot_id: str
    heartbeat: float


def _mine(now: float) -> Claim:
    return Claim(host=socket.gethostname(), pid=os.getpid(), ticks=own_ticks(), boot_id=boot_id(), heartbeat=now)


def read_claim(run: Path) -> Claim | None:
    """The claim on ``run``; None where there is none. Raises OSError.

    One that is damaged or of a newer format has some owner all the same, whose last heartbeat is the file's age.
    """
    path = run / CLAIM
    try:
        data = path.read_bytes()
        if not newer(data):
            return msgspec.json.decode(data, type=Claim)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (msgspec.DecodeError, UnicodeDecodeError, IsADirectoryError):
        pass  # it is there, though it says nothing
    try:
        return Claim(host="", pid=0, ticks=0, boot_id="", heartbeat=path.stat().st_mtime)
    except FileNotFoundError:
        return None


def alive(claim: Claim, now: float | None = None) -> bool:
    """Whether the owner lives: on this host by pid, start and boot, on another by its heartbeat alone."""
    if claim.host == socket.gethostname():
        return claim.boot_id == boot_id() and start_ticks(claim.pid) == claim.ticks
    return (time.time() if now is None else now) - claim.heartbeat < SILENCE_SECONDS


def claim(run: Path) -> Claim | None:
    """Take ``run`` for this process; None where a living process has it or it has ended. Raises OSError.

    Only its owner removes a claim; when the owner is dead, whoever holds the lock replaces it, in one step: so no
    living claim is lost, and a full disk leaves the dead one as it was.
    """
    mine = _mine(time.time())
    data = msgspec.json.encode(mine)
    if not create_whole(run / CLAIM, data):
        lock = os.open(run / ".claim.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            held = read_claim(run)
            if held is not None and alive(held):
                return mine if (held.host, held.pid, held.ticks) == (mine.host, mine.pid, mine.ticks) else None
            if held is not None:
                write_atomic(run / CLAIM, data)
            elif not create_whole(run / CLAIM, data):
                return None
        finally:
            os.close(lock)
    if (run / EXIT).exists():
        # It ended between the caller's look and our claim.
        release(run)
        return None
    return mine


def beat(run: Path, held: Claim) -> Claim:
    """Renew the heartbeat of a claim this process holds."""
    renewed = msgspec.structs.replace(held, heartbeat=time.time())
    write_atomic(run / CLAIM, msgspec.json.encode(renewed))
    return renewed


def release(run: Path) -> None:
    """Give the claim up."""
    (run / CLAIM).unlink(missing_ok=True)
