"""Where runs live, and how they are called."""

from __future__ import annotations

import os
import re
import secrets
import socket
import time
from pathlib import Path

from ..places import home_folder
from .error import RunsError

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: sorts as text, has no letters that look like digits."""
EPOCH = 1451606400
"""2016-01-01: until 2050 the first character is a letter, so that no id reads as a number."""
_FIRST, _LAST = 10 * 32**5, 32**6 - 1
_ID = re.compile(r"[0-9a-z][0-9a-z-]{0,62}")


class Home:
    """The folder of all runs, studies and caches: ``$TUI_ABLATE_HOME``, by default the platform's data directory.

    Opening it makes it, readable by its owner alone. Raises RunsError where that fails.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = (home_folder() if path is None else path).expanduser().absolute()
        self.runs, self.open, self.studies = (self.path / name for name in ("runs", "open", "studies"))
        self.cache = self.path / "cache"
        try:
            if not self.open.is_dir() or not self.studies.is_dir() or not self.runs.is_dir():
                self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
                for folder in (self.runs, self.studies, self.open):
                    folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            why = f"The home {self.path} cannot be made ({error.strerror})."
            raise RunsError(f"{why} Set TUI_ABLATE_HOME to a folder you may write to.") from None

    def __repr__(self) -> str:
        return f"Home({str(self.path)!r})"

    def run(self, run_id: str) -> Path:
        """The folder of a run."""
        return self.runs / run_id

    def marker(self, run_id: str) -> Path:
        """The file that exists while the run has not ended."""
        return self.open / run_id

    def study(self, study_id: str) -> Path:
        """The folder of a study."""
        return self.studies / study_id

    @property
    def lock(self) -> Path:
        """Held by the supervisor of this home on this host."""
        return self.path / f"supervisor-{socket.gethostname()}.lock"

    @property
    def log(self) -> Path:
        """What the supervisor of this host says."""
        return self.path / f"supervisor-{socket.gethostname()}.log"


def ids_in(folder: Path) -> list[str]:
    """The ids among the names in ``folder``, in order of time; foreign names are passed over."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if _ID.fullmatch(entry.name))
    except FileNotFoundError:
        return []


def new_ids(count: int, now: float | None = None) -> list[str]:
    """``count`` new ids, each nine characters, in ascending order: milliseconds, then a random part that only grows.

    To the millisecond: of two requests in one second the later has the greater ids, and hardly ever the same.
    """
    moment = min(max((time.time() if now is None else now) - EPOCH, _FIRST), _LAST)
    at = int(moment * 32**2) * 32 + secrets.randbelow(32)
    made = []
    for _ in range(count):
        made.append(_written(at))
        at += 1 + secrets.randbelow(16)
    return made


def _written(number: int) -> str:
    letters = []
    for _ in range(9):
        number, digit = divmod(number, 32)
        letters.append(ALPHABET[digit])
    return "".join(reversed(letters))
