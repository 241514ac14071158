"""What the app remembers between two starts, in ``$TUI_ABLATE_HOME/app.json``."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ..journal import write_atomic

FILE = "app.json"
VERSION = 1


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """Where the person was. ``draft`` is the YAML of unsaved edits, None where there are none."""

    v: int = VERSION
    screen: str = "build"
    preset: str | None = None
    path: str | None = None
    stage: int = 1
    block: int = 0
    draft: str | None = None
    against: str = "auto"
    opened_on: str | None = None
    watching: str | None = None
    log_axis: bool = False


def recall(home: Path) -> Memory:
    """What was remembered; a fresh memory where there is none or it cannot be read."""
    try:
        found = msgspec.json.decode((home / FILE).read_bytes(), type=Memory)
    except (OSError, msgspec.DecodeError):
        return Memory()
    return found if found.v == VERSION else Memory()


def remember(home: Path, memory: Memory) -> None:
    """Write ``memory``, whole or not at all. Raises OSError."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomic(home / FILE, msgspec.json.format(msgspec.json.encode(memory)))
