"""Labels of a prepared TFDS set, kept by its preparer: to read them from the set itself takes TensorFlow."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from ..spec.experiment import Data
from . import registry

FORMAT = 1


def label_file(data: Data, home: Path) -> Path | None:
    """Where the labels of the set are or would be kept; None where it is not on disk. Prepared anew it has another."""
    folder = registry.prepared_folder(data)
    if folder is None:
        return None
    key = msgspec.json.encode([FORMAT, str(folder), (folder / "dataset_info.json").stat().st_mtime_ns])
    return home / "cache" / "data" / f"{hashlib.sha256(key).hexdigest()[:24]}.labels.npy"


def load_labels(data: Data, home: Path) -> npt.NDArray[np.int64] | None:
    """Labels of all examples, split after split in the order of the facts; None where they are not kept."""
    file = label_file(data, home)
    try:
        return None if file is None else np.load(file)
    except (OSError, ValueError, EOFError):
        return None


def keep_labels(file: Path, labels: npt.NDArray[np.int64]) -> None:
    """Write ``labels`` to ``file``, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, made = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as whole:
            np.save(whole, labels)
        Path(made).rename(file)
    finally:
        Path(made).unlink(missing_ok=True)
