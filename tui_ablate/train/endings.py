"""How a run can end, each end with its state and one plain sentence. Imports no TensorFlow."""

from __future__ import annotations

import errno
import re
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
_NO_MEMORY = re.compile(
    "Dst tensor is not initialized|OUT_OF_MEMORY|ALLOC_FAILED|RESOURCE_EXHAUSTED|out of memory|failed to alloc", re.I
)
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Refused(Exception):
    """The experiment asks for what cannot be given here; the text says what to change."""


class Diverged(Exception):
    """A loss or a weight is no longer a finite number; the text says where."""


class Unsaved(Exception):
    """The run was trained and tested, and what its cause says kept its model from being saved."""

    def __init__(self, metrics: dict[str, float | None]) -> None:
        super().__init__("unsaved")
        self.metrics = metrics


FORESEEN = (Stopped, Diverged, Refused)
"""Ends that are part of the work: their sentence is all there is to say, a traceback would only frighten."""


class Ending(msgspec.Struct, frozen=True):
    """State and sentence; ``fresh`` asks for a new process before the next run."""

    state: str
    sentence: str
    fresh: bool = False


def of(error: BaseException, stage: str) -> Ending:
    """The end that ``error`` makes of a run that was at ``stage`` ("in epoch 3, after step 120")."""
    if isinstance(error, Unsaved) and error.__cause__ is not None:
        return of(error.__cause__, stage)
    if isinstance(error, Stopped):
        return Ending("cancelled", f"Cancelled {stage}.")
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


def metrics_of(error: BaseException) -> dict[str, float | None]:
    """The metrics of a run that ``error`` ended: all where only its model was not saved, else none."""
    return error.metrics if isinstance(error, Unsaved) else {}


_ADVICE = "Make data.batch_size, data.image_size or the network smaller."


def _exhausted(error: BaseException) -> bool:
    """Whether TensorFlow ran out of memory.

    It has a class of error for it, the same for a full disk; of a GPU it comes as other classes too, told by the text.
    """
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None or not isinstance(error, tensorflow.errors.OpError):
        return False
    if "No space left" in str(error):
        return False
    return isinstance(error, tensorflow.errors.ResourceExhaustedError) or bool(_NO_MEMORY.search(str(error)))


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
    tested = metrics.get("test.top1_error")
    error = metrics.get("validation.top1_error") if tested is None else tested
    if error is not None:
        where = "validation" if tested is None else "the test set"
        sentence += f"; top-1 error on {where} {100 * error:.2f} %"
        if epoch != epochs:
            sentence += f" with the weights of epoch {epoch}"
        if tested is None:
            sentence += " (these data have no test set)"
    return Ending("done", sentence + ".")
