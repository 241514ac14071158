"""Where TFDS keeps its sets: ``root/name[/config]/version/``."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import msgspec

from ..spec.experiment import Data
from .error import DataError

_NAME = re.compile(r"([A-Za-z]\w*)(?:/([\w.+-]+))?(?::(\d+\.\d+\.\d+))?")
_VERSION = re.compile(r"\d+\.\d+\.\d+")


class SetName(msgspec.Struct, frozen=True):
    """A TFDS name taken apart: ``imagenette/160px-v2:1.0.0``."""

    name: str
    config: str | None = None
    version: str | None = None

    def __str__(self) -> str:
        return self.name + (f"/{self.config}" if self.config else "") + (f":{self.version}" if self.version else "")


def parse(name: str) -> SetName:
    """Raises DataError where ``name`` cannot be a TFDS name."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise DataError(
            f"{name} is no name of a data set. Write digits, a TFDS name such as cifar10, or folder:PATH for your own."
        )
    return SetName(*match.groups())


def root(data: Data) -> Path:
    """The folder that holds the prepared sets: ``data.data_dir``, else TFDS_DATA_DIR, else TFDS's default.

    Raises DataError.
    """
    return full(data.data_dir or os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets")


def full(path: str) -> Path:
    """``path`` from the root of the disk: ``~`` filled in, and the working directory. Raises DataError."""
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:
        raise DataError(f"{path} names a user that this machine does not have. Write the path in full.") from None


def how_to_fetch(data: Data) -> str:
    """What to type so that the set of ``data`` is fetched to where it is looked for."""
    where = f" --data-dir {shlex.quote(data.data_dir)}" if data.data_dir else ""
    return f"tui-ablate data {shlex.quote(data.name)} --download{where}"


def on_disk(root: Path, wanted: SetName) -> dict[str, Path]:
    """Prepared versions of a set and their folders, the newest last; TFDS names a folder so only when it is whole."""
    folder = root / wanted.name
    if wanted.config is not None:
        folder /= wanted.config
    try:
        found = [entry for entry in folder.iterdir() if _VERSION.fullmatch(entry.name)]
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise DataError(f"{folder} cannot be read ({error.strerror}). Correct its permissions.") from None
    found.sort(key=lambda entry: tuple(map(int, entry.name.split("."))))
    return {entry.name: entry for entry in found}
