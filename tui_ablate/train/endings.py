"""How a run can end, each end with its state and one plain sentence. Imports no TensorFlow."""

from __future__ import annotations

import errno
import re
import signal
import sys

import msgspec

from ..data import DataError
from ..graph.build import NetworkError
from .watcher import Stopped

FULL = {
    errno.ENOSPC: "The disk is full",
    errno.EDQUOT: "The disk quota is used up",
    errno.EFBIG: "A file grew too large",
}
TYPE_BYTES = {"double": 8, "int64": 8, "float": 4, "int32": 4, "bfloat16": 2, "half": 2, "uint8": 1, "bool": 1}
_TENSOR = re.compile(r"tensor with shape\s*\[([\d,]*)\].*? type (\w+)", re.DOTALL)
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Refused(Exception):
    """The experiment asks for what cannot be given here; the text says what to change."""


class Diverged(Exception):
    """A loss or a weight is no longer a finite number; the text says where."""


class Ending(msgspec.Struct, frozen=True):
    """State and sentence; ``fresh`` asks for a new process before the next run."""

    state: str
    sentence: str
    signal: int | None = None
    fresh: bool = False


def of(error: BaseException, stage: str) -> Ending:
    """The end that ``error`` makes of a run that was at ``stage`` ("in epoch 3, after step 120")."""
    if isinstance(error, Stopped):
        return stopped(error, stage)
    if isinstance(error, Diverged):
        return Ending("diverged", str(error))
    if isinstance(error, Refused | DataError | NetworkError):
        return Ending("failed", _line(str(error)))
    if isinstance(error, OSError) and error.errno in FULL:
        where = f" at {error.filename}" if error.filename else ""
        return Ending("failed", f"{FULL[error.errno]}{where}, {stage}. Make room and run it again.")
    if isinstance(error, MemoryError) or _exhausted(error):
        return Ending("out_of_memory", f"Out of memory {stage}{_wanted(str(error))}. {_ADVICE}", fresh=True)
    what = f"{type(error).__name__}: {_line(str(error))}" if str(error) else type(error).__name__
    return Ending("failed", f"The worker failed {stage} ({what}). Its log has the details.", fresh=True)


_ADVICE = "Make data.batch_size, data.image_size or the network smaller."


def stopped(error: Stopped, stage: str) -> Ending:
    """The end of a run that was asked to stop."""
    if error.signal is None:
        return Ending("cancelled", f"Cancelled {stage}.")
    name = signal.Signals(error.signal).name
    return Ending("cancelled", f"Stopped by {name} {stage}: something ended the worker from outside.", error.signal)


def _exhausted(error: BaseException) -> bool:
    """Whether TensorFlow ran out of memory. It has the same class of error for a full disk."""
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None or not isinstance(error, tensorflow.errors.ResourceExhaustedError):
        return False
    return "No space left" not in str(error)


def _wanted(text: str) -> str:
    found = _TENSOR.search(text)
    if not found:
        return ""
    size = TYPE_BYTES.get(found[2], 4)
    for side in found[1].split(","):
        size *= int(side or 1)
    return (
        f": one array of {size / 2**30:.1f} GiB did not fit"
        if size >= 2**30
        else f": {size / 2**20:.0f} MiB more did not fit"
    )


def _line(text: str, limit: int = 300) -> str:
    """``text`` without escape codes, on one line, not too long."""
    line = " ".join(_ANSI.sub("", text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def done(metrics: dict[str, float | None], epoch: int, epochs: int, planned: int) -> Ending:
    """The end of a run that was trained: ``epochs`` of ``planned``, tested with the weights of ``epoch``."""
    sentence = f"Trained {epochs} epoch{'s' if epochs != 1 else ''}"
    if epochs < planned:
        sentence += f" of {planned}, stopped early"
    error = metrics.get("test.top1_error")
    if error is not None:
        sentence += f"; top-1 error on the test set {100 * error:.2f} %"
        if epoch != epochs:
            sentence += f" with the weights of epoch {epoch}"
    return Ending("done", sentence + ".")
