"""What is known of a data set without reading it."""

from __future__ import annotations

import msgspec


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Facts of a data set as it stands on disk or in its registry. None: not known before download."""

    name: str
    about: str = ""
    version: str | None = None
    height: int | None = None
    """Pixels; None where pictures differ in size."""
    width: int | None = None
    channels: int = 3
    classes: int = 0
    class_names: tuple[str, ...] = ()
    splits: dict[str, int] = {}
    """Examples of each split; empty where not known before download."""
    download_bytes: int | None = None
    disk_bytes: int | None = None
    prepared: bool = False
    """Whether it can be read now, without network."""


class Input(msgspec.Struct, frozen=True):
    """What enters a network and what must come out of it: ``shape`` (height, width, channels), ``classes``."""

    shape: tuple[int, int, int]
    classes: int
