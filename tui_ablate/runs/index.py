"""The index of runs: a cache in SQLite, a row a run, fed from the journals by whoever looks.

The run folders are the truth; deleting or damaging the index costs only time. An ended run's folder is not
opened again. A process that cannot write the index (locked, read-only, full disk) still reads the truth.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import zlib
from contextlib import closing, suppress
from pathlib import Path

import msgspec
import platformdirs

from .. import journal
from ..spec.problem import SpecError
from ..spec.runfile import RUN_VERSION, NewerRun, read_run
from . import filesystem
from .home import Home, ids_in
from .queue import paused
from .row import Row, close, fold

FILE = "index.sqlite"
_VERSION = zlib.crc32(" ".join((f"1 {RUN_VERSION} {journal.VERSION}", *Row.__struct_fields__)).encode()) >> 1
"""Of the rows' form and of the formats they were read from: an index of another is built anew."""
_SCHEMA = "create table if not exists runs (id text primary key, offset integer, over integer, row blob) without rowid"


def index_file(home: Path) -> Path:
    """Where the index of ``home`` lies: in it, or, where that is shared by machines, in this machine's cache."""
    if not filesystem.shared(home):
        return home / FILE
    folder = platformdirs.user_cache_path("tui-ablate", appauthor=False)
    return folder / f"{hashlib.sha256(str(home).encode()).hexdigest()[:16]}-{FILE}"


class _Held(msgspec.Struct):
    """A row with where its journal was read to."""

    row: Row
    offset: int = 0


class Index:
    """Rows of one home, kept between calls in this object and between processes in SQLite. Thread-safe."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._lock = threading.Lock()
        self._held: dict[str, _Held] | None = None
        self.file = index_file(home.path)

    def rows(self) -> list[Row]:
        """Every run, newest first, as it stands now. Raises OSError where the home cannot be read."""
        with self._lock:
            held = self._load()
            present = set(ids_in(self.home.runs))
            gone = [run_id for run_id in held if run_id not in present]
            for run_id in gone:
                del held[run_id]
            changed = [run_id for run_id in present if run_id not in held or not held[run_id].row.over]
            written = [run_id for run_id in changed if self._refresh(held, run_id)]
            self._store({run_id: held[run_id] for run_id in written}, gone)
            return [msgspec.structs.replace(held[run_id].row) for run_id in sorted(held, reverse=True)]

    def row(self, run_id: str) -> Row | None:
        """One run as it stands now; None where there is none."""
        with self._lock:
            held = self._load()
            if not self.home.run(run_id).is_dir():
                return None
            known = run_id in held and held[run_id].row.over
            if not known and self._refresh(held, run_id):
                self._store({run_id: held[run_id]}, [])
            entry = held.get(run_id)
            return None if entry is None else msgspec.structs.replace(entry.row)

    def _refresh(self, held: dict[str, _Held], run_id: str) -> bool:
        """Read what is new of ``run_id``; says whether its row changed. What cannot be read stays as it was known."""
        try:
            return self._read(held, run_id)
        except OSError:
            return False  # damaged, another user's, or on a file server that is away: the others are shown

    def _read(self, held: dict[str, _Held], run_id: str) -> bool:
        folder = self.home.run(run_id)
        entry = held.get(run_id) or _Held(Row(id=run_id))
        before = msgspec.structs.replace(entry.row)
        tail = journal.Tail(folder / journal.JOURNAL, entry.offset)
        ending = journal.read_exit(folder)  # before the journal: what is read after it holds all of the run
        new = tail.new()
        if run_id not in held:
            queued = bool(new) and isinstance(new[0], journal.Queued) and new[0].epochs is not None
            if not queued and not self._begin(entry.row):
                return False
            held[run_id] = entry
        fold(entry.row, new)
        entry.offset = tail.offset
        if tail.newer:
            entry.row.newer, entry.row.sentence = True, journal.UPDATE
        if ending is not None:
            close(entry.row, ending)
        else:
            entry.row.state = self._state(entry.row)
            if entry.row.state == "lost" and journal.read_exit(folder) is not None:
                return self._read(held, run_id)  # it ended between the two looks
        return entry.row != before

    def _begin(self, row: Row) -> bool:
        """What the experiment says, for a journal that does not begin with it; False for a folder that is no run."""
        try:
            run = read_run(self.home.run(row.id))
        except NewerRun:
            row.name, row.newer, row.sentence = "(of a newer version)", True, journal.UPDATE
            return True
        except SpecError:
            return False
        row.name, row.seed, row.queued = run.experiment.name, run.seed, run.queued
        row.study, row.variant, row.epochs = run.study, run.variant, run.experiment.training.epochs
        return True

    def _state(self, row: Row) -> str:
        claim = journal.read_claim(self.home.run(row.id))
        if claim is None:
            if not self._queued(row.id):
                return "lost"
            return "paused" if paused(self.home, row.id) else "queued"
        if not journal.alive(claim):
            return "lost"
        if paused(self.home, row.id):
            return "pausing"
        return "running" if row.training else "starting"

    def _queued(self, run_id: str) -> bool:
        """Whether the run is in the queue. One that was killed on its way there is put into it.

        A run whose end is not written has its marker, unless whoever asked for it died between folder and marker.
        """
        marker = self.home.marker(run_id)
        if marker.exists():
            return True
        if journal.read_exit(self.home.run(run_id)) is not None or not self.home.run(run_id).is_dir():
            return False
        with suppress(OSError):
            marker.touch(mode=0o600)
        return marker.exists()

    def _load(self) -> dict[str, _Held]:
        if self._held is None:
            self._held = {}
            try:
                with closing(self._connect()) as base:
                    for run_id, offset, _, data in base.execute("select id, offset, over, row from runs"):
                        self._held[run_id] = _Held(msgspec.msgpack.decode(data, type=Row), offset)
            except (sqlite3.DatabaseError, msgspec.DecodeError) as error:
                self._held = {}
                if not isinstance(error, sqlite3.OperationalError):
                    self._discard()
        return self._held

    def _store(self, changed: dict[str, _Held], gone: list[str]) -> None:
        if not changed and not gone:
            return
        rows = [(i, h.offset, h.row.over, msgspec.msgpack.encode(h.row)) for i, h in changed.items()]
        try:
            with closing(self._connect()) as base, base:
                base.executemany("insert or replace into runs values (?, ?, ?, ?)", rows)
                base.executemany("delete from runs where id = ?", [(run_id,) for run_id in gone])
        except sqlite3.OperationalError:
            return  # locked, read-only or full: a cache that is behind is caught up by the next reader
        except sqlite3.DatabaseError:
            self._discard()

    def _connect(self) -> sqlite3.Connection:
        if self.file.parent != self.home.path:
            with suppress(OSError):  # connect says what is wrong
                self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        base = sqlite3.connect(self.file, timeout=2)
        try:
            if base.execute("pragma user_version").fetchone()[0] != _VERSION:
                with base:
                    base.execute("drop table if exists runs")
                    base.execute(_SCHEMA)
                    base.execute(f"pragma user_version = {_VERSION}")
                base.execute("pragma journal_mode = wal")
            base.execute("pragma synchronous = normal")
        except sqlite3.Error:
            base.close()
            raise
        return base

    def _discard(self) -> None:
        """Throw a damaged index away; the next reader builds it anew."""
        for suffix in ("", "-wal", "-shm"):
            with suppress(OSError):
                self.file.with_name(f"{self.file.name}{suffix}").unlink(missing_ok=True)
