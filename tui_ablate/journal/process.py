"""Which process is meant: a pid alone is reused, so its start and the machine's boot go with it."""

from __future__ import annotations

import os
from pathlib import Path


def boot_id() -> str:
    """This boot of this machine; empty where the kernel does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def start_ticks(pid: int) -> int | None:
    """When ``pid`` started, in clock ticks since boot; None for a process that is gone or a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])


def own_ticks() -> int:
    """Start ticks of this process."""
    ticks = start_ticks(os.getpid())
    if ticks is None:
        raise OSError("this system has no /proc, which tells processes apart")
    return ticks
