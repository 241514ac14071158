"""The last word on a run whose worker died without one: what its status, its log and the kernel tell."""

from __future__ import annotations

import os
import re
import signal
import socket
from pathlib import Path

import msgspec

from .. import journal
from .engine import Gone

KERNEL = (Path("/proc/vmstat"), Path("/sys/fs/cgroup/memory.events"))
"""Where the kernel counts the processes it killed for memory: of this machine, of this container."""
LOSSES = 3
"""How often a run whose worker died is tried again."""
LOG_TAIL = 64 * 1024
_NO_MEMORY = re.compile(r"RESOURCE_EXHAUSTED|OOM when allocating|std::bad_alloc")
_NO_ROOM = re.compile(r"No space left on device|Disk quota exceeded|the disk is full")


class Death(msgspec.Struct, frozen=True):
    """``why`` goes on from "Its worker …"; ``lack`` is "memory" or "room" where the worker died for want of it."""

    why: str
    signal: int | None = None
    lack: str | None = None


def oom_kills() -> int:
    """How many processes the kernel has killed for memory so far, as far as it says."""
    count = 0
    for file in KERNEL:
        try:
            lines = file.read_text().splitlines()
        except OSError:
            continue
        count += sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))
    return count


def of_worker(gone: Gone, folder: Path, *, oom_killed: bool) -> Death:
    """How a worker of the run in ``folder`` died; ``oom_killed``: the kernel killed for memory while it lived."""
    status = gone.status
    if status == journal.UNWRITTEN:
        return Death("found no room to write how it ended", lack="room")
    lack = _lack(folder / "log")
    if status is not None and status >= 0:
        return Death(f"ended with status {status} and no word", lack="room" if lack == "room" else None)
    number = None if status is None else -status
    if oom_killed and number in (None, signal.SIGKILL):
        return Death("was killed while the machine had no memory left", number, "memory")
    if number is None:
        return Death("is gone without a word" if lack else "is gone without a word: something killed it", lack=lack)
    name = signal.Signals(number).name
    if number in (signal.SIGSEGV, signal.SIGABRT) and lack == "memory":
        return Death(f"crashed ({name}) when it was refused memory", number, lack)
    unsure = ", by hand or because the machine ran out of memory," if number == signal.SIGKILL else ""
    return Death(f"was killed by {name}{unsure}", number)


def of_claim(claim: journal.Claim, folder: Path) -> Death:
    """How the dead owner of ``claim`` on the run in ``folder`` died, unseen by us."""
    if not claim.host:
        return Death("left a claim that cannot be read, and has not been heard of for minutes: something killed it")
    if claim.host != socket.gethostname():
        return Death(f"on {claim.host} has not been heard of for minutes: it was killed, or that machine is down")
    if claim.boot_id != journal.boot_id():
        return Death("went down with this machine, which was restarted,")
    return of_worker(Gone(), folder, oom_killed=False)


def goes_on(death: Death, folder: Path) -> str | None:
    """Why the run in ``folder`` goes back into the queue after ``death``; None where it ends with it.

    Raises OSError where its journal cannot be read.
    """
    lost = 1 + _losses(folder)
    if "cancel" in journal.requests(folder) or death.lack is not None or lost > LOSSES:
        return None
    again = "goes on from its checkpoint" if any((folder / "checkpoint").glob("*.ckpt")) else "starts anew"
    return f"Its worker {death.why}{reached(folder)}; it {again} ({lost} of {LOSSES} times)."


def _losses(folder: Path) -> int:
    return sum(isinstance(event, journal.Lost) for event in journal.read(folder / journal.JOURNAL))


def last_word(death: Death, folder: Path) -> tuple[str, str]:
    """State and sentence of a run that ``death`` ended. Raises OSError where its journal cannot be read."""
    where = reached(folder)
    if "cancel" in journal.requests(folder):
        return "cancelled", f"Cancelled{where}. Its worker {death.why}."
    if death.lack == "memory":
        smaller = "Make data.batch_size, data.image_size or the network smaller."
        return "out_of_memory", f"Out of memory{where}: its worker {death.why}. {smaller}"
    if death.lack == "room":
        return "failed", f"The disk was full{where}: its worker {death.why}. Make room and run it again."
    before = " It was lost as often as it is tried again." if _losses(folder) >= LOSSES else ""
    more = f"`tui-ablate logs {folder.name}` may say more; start it anew."
    return "failed", f"Its worker {death.why}{where}.{before} {more}"


def _lack(log: Path) -> str | None:
    """What the end of a log says was lacking: the last thing named there. None: nothing, or it cannot be read."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - LOG_TAIL))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return None
    for line in reversed(lines):
        if _NO_ROOM.search(line):  # TensorFlow calls a full disk RESOURCE_EXHAUSTED too
            return "room"
        if _NO_MEMORY.search(line):
            return "memory"
    return None


def reached(folder: Path) -> str:
    """How far the run had come, as its journal tells: " in epoch 3, after step 120"."""
    curves = journal.curves(journal.read(folder / journal.JOURNAL))
    ends = [(event.step, event.epoch) for event in curves.steps[-1:]]
    ends += [(event.step, event.epoch) for event in curves.epochs[-1:]]
    return f" in epoch {max(ends)[1]}, after step {max(ends)[0]}" if ends else " before its first step"
