"""Writing events, and reading them back while they are written."""

from __future__ import annotations

import os
from pathlib import Path

from .events import AnyEvent, decode, encode
from .version import newer

JOURNAL = "journal.jsonl"
_BLOCK = 1 << 20


class Journal:
    """Appends events to one file, a line each in one write, so that a kill can only tear the last line.

    Opening cuts a torn last line. Raises OSError where the file cannot be written (a full disk included).
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._cut_torn_line()

    def _cut_torn_line(self) -> None:
        end = os.fstat(self._file).st_size
        while end > 0:
            start = max(0, end - _BLOCK)
            newline = os.pread(self._file, end - start, start).rfind(b"\n")
            if newline >= 0:
                end = start + newline + 1
                break
            end = start
        os.ftruncate(self._file, end)

    def write(self, event: AnyEvent) -> None:
        """Append ``event``; on a short write (a full disk) the torn part is taken back before OSError is raised."""
        line = encode(event)
        written = os.write(self._file, line)
        if written != len(line):
            os.ftruncate(self._file, os.fstat(self._file).st_size - written)
            raise OSError(28, "the disk is full")

    def sync(self) -> None:
        """Bring everything written to the disk itself."""
        os.fsync(self._file)

    def close(self) -> None:
        """Write no more."""
        os.close(self._file)


class Tail:
    """Reads what is new in a journal each time it is asked; ``offset`` is where the next whole line begins.

    ``newer`` tells whether lines of a newer format were passed over.
    """

    def __init__(self, path: Path, offset: int = 0) -> None:
        self.path = path
        self.offset = offset
        self.newer = False

    def new(self) -> list[AnyEvent]:
        """Events of the whole lines that came since; an unfinished last line waits for its end.

        A journal that shrank below ``offset`` is read from its start again. Raises OSError but for a missing file.
        """
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return []
        with file:
            if os.fstat(file.fileno()).st_size < self.offset:
                self.offset = 0
            file.seek(self.offset)
            whole, newline, _ = file.read().rpartition(b"\n")
        self.offset += len(whole) + len(newline)
        events = []
        for line in whole.split(b"\n"):
            event = decode(line)
            if event is not None:
                events.append(event)
            elif newer(line):
                self.newer = True
        return events


def read(path: Path) -> list[AnyEvent]:
    """All events of a journal; none where there is no file."""
    return Tail(path).new()
