"""Your own pictures: ``folder:PATH`` with one sub-folder a class, or with such folders in train, validation and test.

Symbolic links to folders are not followed below a class, hidden files and files that are no pictures by their
ending are passed over. Examples stand in one fixed pseudo-random order, so that the first n are of all classes.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec
import numpy as np

from .error import DataError
from .facts import Facts
from .location import full
from .pictures import size_of

PREFIX = "folder:"
ENDINGS = frozenset((".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".ppm", ".pgm", ".tif", ".tiff"))
SPLITS = {"train": "train", "validation": "validation", "valid": "validation", "val": "validation", "test": "test"}
LOOKED_AT = 32
"""Pictures whose size is read to tell whether all are of one size."""
_ORDER_SEED = 1409


class Listing(msgspec.Struct, frozen=True):
    """What a folder holds: names of classes, and for each split its files and their labels, in their fixed order."""

    root: Path
    class_names: tuple[str, ...]
    files: dict[str, tuple[Path, ...]]
    labels: dict[str, tuple[int, ...]]

    def stamp(self) -> str:
        """Changes when a file is added, removed or written (name, size, time)."""
        digest = hashlib.sha256(repr(self.class_names).encode())
        for split, files in self.files.items():
            for file in files:
                status = file.stat()
                name = os.fsencode(file.relative_to(self.root))
                digest.update(b"%s %s %d %d\n" % (split.encode(), name, status.st_size, status.st_mtime_ns))
        return digest.hexdigest()


def is_folder(name: str) -> bool:
    """Whether a data set's name means a folder of pictures."""
    return name.startswith(PREFIX)


def root(name: str) -> Path:
    """PATH of ``folder:PATH``, from the root of the disk. Raises DataError."""
    path = name.removeprefix(PREFIX)
    if not path.strip():
        raise DataError("folder: needs the path of a folder after it, as in folder:~/pictures.")
    return full(path)


def listing(name: str) -> Listing:
    """The pictures of ``folder:PATH``. Raises DataError with what is wrong with the folder."""
    place = root(name)
    top = _folders(place)
    parts = {SPLITS[entry.name.lower()]: _folders(entry) for entry in top if entry.name.lower() in SPLITS}
    if "train" not in parts or not parts["train"]:
        parts = {"train": top}
    names = sorted({folder.name for folders in parts.values() for folder in folders})
    found = {split: _pictures(folders, names) for split, folders in parts.items()}
    held = {label for _, labels in found.values() for label in labels}
    class_names = [name for number, name in enumerate(names) if number in held]
    if len(class_names) < 2:
        many = f"only one, {class_names[0]}" if class_names else "none"
        raise DataError(f"{place} must have a sub-folder of pictures for each of at least two classes; it has {many}.")
    numbers = {names.index(name): number for number, name in enumerate(class_names)}
    return Listing(
        place,
        tuple(class_names),
        {split: files for split, (files, _) in found.items()},
        {split: tuple(numbers[label] for label in labels) for split, (_, labels) in found.items()},
    )


def facts(name: str) -> Facts:
    """Facts of a folder: sizes from the headers of some of its pictures. Raises DataError."""
    listed = listing(name)
    files = [file for files in listed.files.values() for file in files]
    some = files[:: max(1, len(files) // LOOKED_AT)]
    sizes = {size_of(file) for file in some}
    height, width = sizes.pop() if len(sizes) == 1 else (None, None)
    count = len(files)
    return Facts(
        name=name,
        about=f"{count:,} pictures in {listed.root}",
        height=height,
        width=width,
        channels=3,
        classes=len(listed.class_names),
        class_names=listed.class_names,
        splits={split: len(files) for split, files in listed.files.items()},
        prepared=True,
    )


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(entry for entry in folder.iterdir() if not entry.name.startswith(".") and entry.is_dir())
    except FileNotFoundError:
        raise DataError(f"There is no folder {folder}. Correct the path after folder:.") from None
    except NotADirectoryError:
        raise DataError(
            f"{folder} is a file, not a folder. Name the folder that holds one sub-folder a class."
        ) from None
    except OSError as error:
        raise DataError(f"{folder} cannot be read ({error.strerror}). Correct it or its permissions.") from None


def _pictures(folders: list[Path], names: list[str]) -> tuple[tuple[Path, ...], tuple[int, ...]]:
    files: list[Path] = []
    labels: list[int] = []
    for folder in folders:
        inside = sorted(_below(folder))
        files.extend(inside)
        labels.extend([names.index(folder.name)] * len(inside))
    order = np.random.Generator(np.random.PCG64(_ORDER_SEED)).permutation(len(files))
    return tuple(files[place] for place in order), tuple(labels[place] for place in order)


def _below(folder: Path) -> list[Path]:
    def refuse(error: OSError) -> None:
        raise DataError(f"{error.filename} cannot be read ({error.strerror}). Correct its permissions or remove it.")

    found = []
    for where, inner, files in os.walk(folder, onerror=refuse, followlinks=False):
        inner[:] = [name for name in inner if not name.startswith(".")]
        for file in files:
            path = Path(where, file)
            if path.suffix.lower() in ENDINGS and not file.startswith(".") and path.is_file():
                found.append(path)
    return found
