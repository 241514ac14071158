"""The trained network as a file that plain Keras loads.

``model.keras`` takes scaled images (as ``data.scale`` says) and gives logits, float32 (batch, units); for
probabilities apply softmax, or sigmoid to the one unit of binary cross-entropy.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

MODEL = "model.keras"


def save(model: Any, folder: Path) -> Path:
    """Write ``folder``/model.keras, whole or not at all. Raises OSError."""
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".model.", suffix=".keras")
    os.close(descriptor)
    temporary, path = Path(name), folder / MODEL
    try:
        model.save(temporary, overwrite=True, include_optimizer=False)
        _sync(temporary, os.O_RDWR)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync(folder, os.O_RDONLY)
    return path


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
