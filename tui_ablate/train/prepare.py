"""Bring a data set into memory or make it stream, telling how far it is.

``python -m tui_ablate.train.prepare --home H --data JSON`` does it as a process: one JSON object a line on standard
output. SIGTERM, SIGINT or the end of a pipe on standard input stop it; what was downloaded whole is kept.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import stat
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import psutil

from ..data import Arrays, DataError, Facts, cache_folder, digits_arrays, enters, facts, folders, load_cached, registry
from ..data.arrays import Part, assembled
from ..data.cache import FORMAT, Meta, alone, being_made, fetch_folder, load_meta
from ..data.labels import keep_labels, label_file
from ..data.location import root
from ..data.samples import preview
from ..data.splits import Members, members
from ..spec.experiment import Data

LARGEST = 8 << 30
MEMORY_SHARE = 4
"""Decoded sets fit where they are below ``LARGEST`` bytes and this part of the free memory."""
TELL_SECONDS = 0.2


class Progress(msgspec.Struct, frozen=True):
    """``done`` of ``total`` (0: not known) in ``stage``: download and read in bytes or examples, done, failed."""

    stage: str
    done: float = 0
    total: float = 0
    sentence: str = ""


class Cancelled(Exception):
    """The preparation was asked to stop."""


def ensure(data: Data, home: Path, progress: Callable[[Progress], None], cancelled: Callable[[], bool]) -> Any:
    """The examples of ``data`` ready to train on: Arrays where they fit in memory, else Streams.

    Decoded arrays are kept in ``home`` and shared by all runs; two processes that want the same wait for each
    other. Raises DataError, and Cancelled soon after ``cancelled`` says so (which may raise as well).
    """

    def pulse() -> None:
        if cancelled():
            raise Cancelled

    if data.name == "digits":
        arrays = digits_arrays(data)
        progress(Progress("done"))
        return arrays
    folder = cache_folder(data, home)
    with alone(folder, pulse):
        made = _cached(data, folder) or _made(data, home, progress, pulse)
    progress(Progress("done"))
    return made


def _cached(data: Data, folder: Path) -> Arrays | None:
    """The arrays on disk, unless what they were read from has changed since."""
    meta = load_meta(folder)
    if meta is None:
        return None
    now = _identity(data)
    return load_cached(folder) if now is None or now == meta.source else None


def _identity(data: Data) -> str | None:
    """Tells one state of a set from another without reading it; None where it is not on disk any more."""
    if folders.is_folder(data.name):
        return folders.listing(data.name).stamp()
    source = registry.prepared_folder(data)
    return None if source is None else str((source / "dataset_info.json").stat().st_mtime_ns)


def _made(data: Data, home: Path, progress: Callable[[Progress], None], pulse: Callable[[], None]) -> Any:
    from .streams import Streams

    folder = cache_folder(data, home)
    known = _fetched(data, home, progress, pulse)
    into = enters(data, known)
    # First the source: it looks whether there are as many examples as the facts say.
    source = _source(data, known, pulse)
    chosen = members(data, known.splits)
    size = into.shape[:2]
    if not _fits(chosen, into.shape, folder):
        return Streams(source, chosen, size, pulse)
    _store(data, known, source, chosen, size, folder, progress, pulse)
    arrays = load_cached(folder)
    if arrays is None:
        raise DataError(f"What was just written to {folder} cannot be read again. Look at that disk.")
    return arrays


def _fetched(data: Data, home: Path, progress: Callable[[Progress], None], pulse: Callable[[], None]) -> Facts:
    """Facts of the set, once it is on disk. Variants with other splits or sizes share it, so one fetches at a time."""
    known = facts(data)
    if known.prepared:
        return known
    from .fetching import fetch

    def waiting() -> None:
        pulse()
        progress(Progress("download", sentence=f"another process fetches {data.name}"))

    with alone(fetch_folder(data, home), waiting):
        known = facts(data)
        if not known.prepared:
            try:
                fetch(data, lambda stage, done, total: progress(Progress(stage, done, total)), pulse)
            except DataError:
                # Somebody with another home may have fetched it meanwhile.
                if not facts(data).prepared:
                    raise
            known = facts(data)
    return known


def _source(data: Data, known: Facts, pulse: Callable[[], None]) -> Any:
    if folders.is_folder(data.name):
        from .folder_reading import FolderSource

        if data.image_size is None and known.height is not None:
            _same_size(data, known, pulse)
        return FolderSource(folders.listing(data.name))
    from .tfds_reading import TfdsSource

    found = registry.prepared_folder(data)
    if found is None:
        raise DataError(f"{data.name} was fetched but is not in {root(data)}. Run it again.")
    return TfdsSource(data, found, known, pulse)


def _same_size(data: Data, known: Facts, pulse: Callable[[], None]) -> None:
    from ..data.pictures import size_of

    for files in folders.listing(data.name).files.values():
        for file in files:
            pulse()
            if size_of(file) != (known.height, known.width):
                raise DataError(
                    f"{file} is not of {known.height}x{known.width} pixels like others of {data.name}. "
                    "Set data.image_size, as in 224."
                )


def _fits(chosen: Members, shape: tuple[int, int, int], folder: Path) -> bool:
    needed = sum(len(places) for places in chosen.parts().values()) * int(np.prod(shape))
    room = shutil.disk_usage(folder.parent).free
    return needed < min(LARGEST, psutil.virtual_memory().available // MEMORY_SHARE, room // 2)


def _store(
    data: Data,
    known: Facts,
    source: Any,
    chosen: Members,
    size: tuple[int, int],
    folder: Path,
    progress: Callable[[Progress], None],
    pulse: Callable[[], None],
) -> None:
    from .streams import read_all

    stamp = _identity(data) or ""
    total, done, told = sum(map(len, chosen.parts().values())), 0, 0.0
    with being_made(folder) as place:
        parts: dict[str, Part] = {}
        for name, places in chosen.parts().items():
            shape = (len(places), *size, source.channels)
            images = np.lib.format.open_memmap(place / f"{name}.images.npy", "w+", np.uint8, shape)
            labels = np.zeros(len(places), np.int64)
            for row, (image, label) in enumerate(read_all(source, places, size)):
                images[row], labels[row] = image, label
                done += 1
                if not 0 <= label < known.classes:
                    raise _mislabelled(f"An example of {name} of {data.name}", label, known.classes, source)
                if time.monotonic() - told > TELL_SECONDS:
                    told = time.monotonic()
                    pulse()
                    progress(Progress("read", done, total))
            images.flush()
            np.save(place / f"{name}.labels.npy", labels)
            parts[name] = Part(images, labels)
        arrays = assembled(parts["train"], parts.get("validation"), parts.get("test"))
        counts = {name: np.bincount(part.labels, minlength=known.classes).tolist() for name, part in parts.items()}
        meta = Meta(FORMAT, stamp, arrays.fingerprint, arrays.mean, arrays.std, counts)
        (place / "meta.json").write_bytes(msgspec.json.encode(meta))


def _mislabelled(which: str, label: int, classes: int, source: Any) -> DataError:
    if label < 0:
        return DataError(f"{which} has no label ({label}). Use another split.")
    return DataError(f"{which} has the label {label}, but there are {classes} classes: it is damaged. {source.again}")


def _keep_labels(
    data: Data, known: Facts, home: Path, progress: Callable[[Progress], None], pulse: Callable[[], None]
) -> None:
    """Read the labels of the whole set, so that its classes can be counted without TensorFlow."""
    from .streams import decoding

    file = label_file(data, home)
    if file is None or file.exists():
        return
    source, total = _source(data, known, pulse), sum(known.splits.values())
    labels, done = np.zeros(total, np.int64), 0
    with decoding(source):
        for some in source.labels().as_numpy_iterator():
            labels[done : done + len(some)] = some
            done += len(some)
            pulse()
            progress(Progress("read", done, total))
    keep_labels(file, labels)


def main(arguments: list[str] | None = None) -> int:
    """Prepare one set, and keep some of its pictures for looking at."""
    parser = argparse.ArgumentParser(prog="python -m tui_ablate.train.prepare")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--data", required=True)
    options = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def leave_with_parent() -> None:
        # Not through sys.stdin: its lock, held by a thread that waits, aborts the interpreter's end.
        while os.read(0, 4096):
            continue
        stop.set()

    # Only of a pipe: from /dev/null it would end at once.
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=leave_with_parent, daemon=True).start()
    out = os.dup(1)
    os.dup2(2, 1)

    def tell(said: Progress) -> None:
        os.write(out, msgspec.json.encode(said) + b"\n")

    def quiet(said: Progress) -> None:
        if said.stage != "done":
            tell(said)

    try:
        data = msgspec.json.decode(options.data, type=Data)
        known = _fetched(data, options.home, tell, lambda: _check(stop))
        if data.name != "digits" and not folders.is_folder(data.name):
            ensure(preview(data, known), options.home, quiet, stop.is_set)
            _keep_labels(data, known, options.home, tell, lambda: _check(stop))
        if data.image_size is not None or known.height is not None:
            ensure(data, options.home, quiet, stop.is_set)
    except Cancelled:
        tell(Progress("failed", sentence="Stopped. What was downloaded whole is kept."))
        return 130
    except DataError as error:
        tell(Progress("failed", sentence=str(error)))
        return 1
    except OSError as error:
        where = f" at {error.filename}" if error.filename else ""
        tell(Progress("failed", sentence=f"{error.strerror}{where}. Make room or correct it, then run it again."))
        return 1
    tell(Progress("done"))
    return 0


def _check(stop: threading.Event) -> None:
    if stop.is_set():
        raise Cancelled


if __name__ == "__main__":
    sys.exit(main())
