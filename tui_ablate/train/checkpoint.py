"""All state of a run on disk, two generations of it: whoever dies, training goes on from there, to the same bits.

``checkpoint/NUMBER.ckpt``: a magic line, the length of a header, the header as JSON (``state``; name, type and shape
of each array), the arrays' bytes, and the sha256 of all that. Keras has no format that saves all of it: the seed state
of dropout is in none (keras#19796).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from .. import journal

FOLDER = "checkpoint"
VERSION = 1
KEPT = 2
"""Generations; the older one is for the day the newer is damaged."""
_MAGIC = b"tui-ablate checkpoint\n"
_DIGEST = hashlib.sha256().digest_size

Array = npt.NDArray[np.generic]


class NewerCheckpoint(Exception):
    """It was written by a newer version of the program; the text says so."""


class _Header(msgspec.Struct, frozen=True):
    v: int
    state: msgspec.Raw
    arrays: list[tuple[str, str, tuple[int, ...]]]


def write(run: Path, state: bytes, arrays: Mapping[str, Array]) -> None:
    """Write ``state`` (JSON) and ``arrays`` as the newest checkpoint of the run in folder ``run``. Raises OSError.

    It appears whole or not at all; of those before, one is kept.
    """
    folder = run / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    before = _generations(folder)
    number = int(before[0].stem) + 1 if before else 1
    named = [(name, array.dtype.str, array.shape) for name, array in arrays.items()]
    header = msgspec.json.encode(_Header(VERSION, msgspec.Raw(state), named))
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".tmp")
    digest = hashlib.sha256()
    try:
        with os.fdopen(descriptor, "wb") as file:
            pieces = [_MAGIC, len(header).to_bytes(8, "little"), header]
            for piece in [*pieces, *(np.ascontiguousarray(array).reshape(-1).data for array in arrays.values())]:
                digest.update(piece)
                file.write(piece)
            file.write(digest.digest())
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(folder / f"{number:08d}.ckpt")
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    journal.sync_folder(folder)
    for old in before[KEPT - 1 :]:
        old.unlink(missing_ok=True)
    for left in folder.glob(".*.tmp"):  # of a process that was killed while it wrote
        left.unlink(missing_ok=True)


def read(run: Path) -> tuple[bytes, dict[str, Array]] | None:
    """The newest whole checkpoint of the run in folder ``run``: its state (JSON) and arrays; None where there is none.

    A damaged one is passed over for the one before. Raises NewerCheckpoint, OSError.
    """
    for path in _generations(run / FOLDER):
        found = _whole(path)
        if found is not None:
            return found
    return None


def remove(run: Path) -> None:
    """Delete the checkpoints of the run in folder ``run``: it has ended and needs none."""
    shutil.rmtree(run / FOLDER, ignore_errors=True)


def _generations(folder: Path) -> list[Path]:
    """Checkpoints by age, the newest first."""
    return sorted((path for path in folder.glob("*.ckpt") if path.stem.isdecimal()), reverse=True)


def _whole(path: Path) -> tuple[bytes, dict[str, Array]] | None:
    data = path.read_bytes()
    body = memoryview(data)[:-_DIGEST]
    if not data.startswith(_MAGIC) or hashlib.sha256(body).digest() != data[-_DIGEST:]:
        return None
    start = len(_MAGIC) + 8
    end = start + int.from_bytes(data[len(_MAGIC) : start], "little")
    if msgspec.json.decode(data[start:end])["v"] > VERSION:
        raise NewerCheckpoint(f"{path} was written by a newer tui-ablate. Update this one to go on with the run.")
    header = msgspec.json.decode(data[start:end], type=_Header)
    arrays: dict[str, Array] = {}
    for name, kind, shape in header.arrays:
        count = int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(data, np.dtype(kind), count, end).reshape(shape)
        end += arrays[name].nbytes
    return bytes(header.state), arrays
