"""The format of the files of a run. A newer one is never read as ours: its fields may mean something else."""

from __future__ import annotations

import msgspec

VERSION = 1
"""The newest format that this version of the program reads, and the one it writes: ``v`` in every file and line."""

UPDATE = "It was written by a newer version of tui-ablate: update tui-ablate to read it."


class _Head(msgspec.Struct):
    v: int = VERSION


_decoder = msgspec.json.Decoder(_Head)


def newer(data: bytes) -> bool:
    """Whether ``data`` is JSON of a newer format than VERSION; False for what is no JSON."""
    try:
        return _decoder.decode(data).v > VERSION
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
