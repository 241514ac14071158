"""What the app remembers between two starts, in ``$TUI_ABLATE_HOME/app.json``."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from ..journal import write_atomic

FILE = "app.json"
VERSION = 1


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A draft: the preset it came from, where the cursor stood, and the YAML of unsaved edits where there are any."""

    preset: str | None = None
    path: str | None = None
    stage: int = 1
    block: int = 0
    draft: str | None = None
    did: str = ""
    opened: bool = False


class Memory(Kept, frozen=True, kw_only=True):
    """Where the person was, and as ``past`` the last steps that undo goes back."""

    v: int = VERSION
    screen: str = "build"
    against: str = "auto"
    opened_on: str | None = None
    watching: str | None = None
    log_axis: bool = False
    past: tuple[Kept, ...] = ()


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


def unwritable(home: Path) -> str:
    """Why nothing can be written in ``home``, and what to do; empty where it can."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        why = "" if os.access(home, os.W_OK) else "no writing there"
    except OSError as error:
        why = error.strerror or str(error)
    return f"{home} cannot be used ({why}): set TUI_ABLATE_HOME to a folder of yours." if why else ""
