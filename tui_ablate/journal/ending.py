"""How a run ended, and what is asked of it before."""

from __future__ import annotations

from pathlib import Path

import msgspec

from .files import create_whole
from .version import UPDATE, VERSION, newer

EXIT = "exit.json"
REQUESTS = "requests"

STATES = ("queued", "starting", "running", "pausing", "paused", "lost")
ENDED_STATES = ("done", "failed", "diverged", "cancelled", "out_of_memory")

UNWRITTEN = 74
"""Exit status of a worker that found no room for its run's end (EX_IOERR of sysexits.h)."""


class Exit(msgspec.Struct, frozen=True, kw_only=True):
    """The last word on a run: ``state`` is one of ENDED_STATES, ``ended`` seconds since 1970."""

    v: int = VERSION
    state: str
    sentence: str
    ended: float
    signal: int | None = None
    metrics: dict[str, float | None] = {}


def write_exit(run: Path, ending: Exit) -> bool:
    """Write the run's end unless it is written; says whether this call wrote it. Raises OSError."""
    return create_whole(run / EXIT, msgspec.json.encode(ending))


class _Newer(msgspec.Struct):
    """What is believed of an end of a newer format."""

    v: int
    state: str = ""


def read_exit(run: Path) -> Exit | None:
    """How the run ended; None while it has not. Raises OSError.

    A damaged file, and one of a newer format (``v`` above VERSION), say at least that it has.
    """
    path = run / EXIT
    try:
        data = path.read_bytes()
        if newer(data):
            told = msgspec.json.decode(data, type=_Newer)
            state = told.state if told.state in ENDED_STATES else "failed"
            return Exit(v=told.v, state=state, sentence=UPDATE, ended=path.stat().st_mtime)
        return msgspec.json.decode(data, type=Exit)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (msgspec.DecodeError, UnicodeDecodeError, IsADirectoryError):
        sentence = f"How it ended is not known: {path} is damaged."
        return Exit(state="failed", sentence=sentence, ended=path.stat().st_mtime)


def request(run: Path, verb: str) -> None:
    """Ask the run's worker for ``verb`` (cancel, pause)."""
    folder = run / REQUESTS
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / verb).touch(mode=0o600)


def requests(run: Path) -> frozenset[str]:
    """What is asked of the run now."""
    try:
        return frozenset(entry.name for entry in (run / REQUESTS).iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()


def clear_request(run: Path, verb: str) -> None:
    """The request is done."""
    (run / REQUESTS / verb).unlink(missing_ok=True)
