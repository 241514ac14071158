"""Decoded sets on disk: ``cache/data/<key>/`` with an array file a part and ``meta.json``, made whole or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np

from ..spec.experiment import Data
from . import folders
from .arrays import Arrays, Part
from .known import KNOWN
from .location import parse, root

FORMAT = 1
"""Counts up when the same experiment would be decoded into other numbers."""
WAIT_SECONDS = 0.1


class Meta(msgspec.Struct, frozen=True):
    """What ``meta.json`` says. ``counts``: examples of each class, by part; ``source``: stamp of what was read."""

    format: int
    source: str
    fingerprint: str
    mean: tuple[float, ...]
    std: tuple[float, ...]
    counts: dict[str, list[int]]


def cache_folder(data: Data, home: Path) -> Path:
    """Where the arrays of ``data`` are or would be: by set, version, place, splits, size of picture and limit.

    Raises DataError.
    """
    if data.name == "digits":
        where = version = ""
    elif folders.is_folder(data.name):
        where, version = str(folders.root(data.name)), ""
    else:
        known = KNOWN.get(parse(data.name).name)
        where, version = str(root(data)), (known.version or "") if known else ""
    parts = [data.train, data.validation, data.test]
    key = msgspec.json.encode([FORMAT, data.name, version, where, *parts, data.image_size, data.limit])
    return home / "cache" / "data" / hashlib.sha256(key).hexdigest()[:24]


def fetch_folder(data: Data, home: Path) -> Path:
    """Stands for a TFDS set that is being fetched, in whatever configuration and version (see ``alone``)."""
    key = msgspec.json.encode([str(root(data)), parse(data.name).name])
    return home / "cache" / "fetching" / hashlib.sha256(key).hexdigest()[:24]


def load_meta(folder: Path) -> Meta | None:
    """None where there is nothing, or nothing that this version can read."""
    try:
        meta = msgspec.json.decode((folder / "meta.json").read_bytes(), type=Meta)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    return meta if meta.format == FORMAT else None


def load_cached(folder: Path) -> Arrays | None:
    """The arrays in ``folder``, memory-mapped; None where they are not there or not whole."""
    meta = load_meta(folder)
    if meta is None:
        return None
    parts: dict[str, Part] = {}
    try:
        for name in meta.counts:
            images = np.load(folder / f"{name}.images.npy", mmap_mode="r")
            labels = np.load(folder / f"{name}.labels.npy")
            if images.dtype != np.uint8 or images.ndim != 4 or len(images) != len(labels):
                return None
            parts[name] = Part(images, labels)
    except (OSError, ValueError, EOFError):
        return None
    if "train" not in parts:
        return None
    return Arrays(parts["train"], parts.get("validation"), parts.get("test"), meta.mean, meta.std, meta.fingerprint)


@contextmanager
def being_made(folder: Path) -> Iterator[Path]:
    """A temporary folder beside ``folder`` that takes its place when the block ends well, and vanishes when not."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        yield temporary
        for file in temporary.iterdir():
            _sync(file)
        _sync(temporary)
        old = temporary.with_name(temporary.name + ".old")
        if folder.exists():
            folder.rename(old)
        temporary.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
        _sync(folder.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def alone(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Nobody else makes ``folder`` meanwhile; ``waiting`` is called while somebody does, and may raise.

    The lock goes with the process that holds it, however that ends. Whoever has it sweeps what dead ones left.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("ab") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                waiting()
                time.sleep(WAIT_SECONDS)
        for left in folder.parent.glob(f".{folder.name}.*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
