"""Facts of a data set by name, read without TensorFlow; and which sets there are."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ..spec.experiment import Data
from . import catalogue, folders, prepared
from .error import DataError
from .facts import Facts, Input
from .known import KNOWN
from .location import SetName, full, how_to_fetch, on_disk, parse, root


class SetEntry(msgspec.Struct, frozen=True):
    """A set in the list. ``embedded``: it came with the program; ``prepared``: it can be read without network."""

    name: str
    about: str
    prepared: bool
    embedded: bool


def facts(data: Data) -> Facts:
    """What is known of ``data.name`` now: from disk, else from our table, else from TFDS.

    Raises DataError for a set that does not exist, is not of images and labels, or is broken on disk.
    """
    if data.name == "digits":
        return KNOWN["digits"]
    if folders.is_folder(data.name):
        return folders.facts(data.name)
    wanted = parse(data.name)
    found = prepared_folder(data)
    if found is not None:
        return prepared.read(found, data)
    if wanted.name in KNOWN and wanted.config is None and wanted.version in (None, KNOWN[wanted.name].version):
        return msgspec.structs.replace(KNOWN[wanted.name], name=data.name)
    return catalogue.facts(wanted, root(data))


def anchored(data: Data) -> Data:
    """``data`` with its paths from the root of the disk: runs start in other folders than who asks for them.

    Raises DataError.
    """
    name = f"{folders.PREFIX}{folders.root(data.name)}" if folders.is_folder(data.name) else data.name
    return msgspec.structs.replace(data, name=name, data_dir=str(full(data.data_dir)) if data.data_dir else None)


def prepared_folder(data: Data) -> Path | None:
    """The folder of the prepared TFDS set that ``data`` means, None where it is not on disk in that version."""
    wanted = parse(data.name)
    return _prepared(root(data), wanted, _version(wanted))


def other_versions(data: Data) -> tuple[str, ...]:
    """Versions of the set that are on disk beside the one that ``data`` means."""
    wanted = parse(data.name)
    return tuple(version for version in on_disk(root(data), wanted) if version != _version(wanted))


def enters(data: Data, known: Facts | None = None) -> Input:
    """What a network sees of ``data``. Raises DataError where the size or the classes are not known."""
    known = facts(data) if known is None else known
    size = data.image_size
    if size is None:
        if known.height is None or known.width is None:
            raise DataError(f"The pictures of {data.name} differ in size. Set data.image_size, as in 224.")
        size = (known.height, known.width)
    if known.classes < 2:
        raise DataError(
            f"It is not known how many classes {data.name} has. Fetch it first with `{how_to_fetch(data)}`."
        )
    return Input((*size, known.channels), known.classes)


def list_sets(search: str = "", data_dir: str | None = None) -> list[SetEntry]:
    """Sets whose name or description has ``search``: the embedded, the prepared, then the others by name."""
    where = root(Data(name="digits", data_dir=data_dir))
    entries = []
    for name in sorted({*KNOWN, *catalogue.image_classification()}):
        known = KNOWN.get(name)
        about = known.about if known else ""
        if search.lower() in f"{name} {about}".lower():
            embedded = name == "digits"
            here = embedded or _prepared(where, SetName(name), known.version if known else None) is not None
            entries.append(SetEntry(name, about, here, embedded))
    return sorted(entries, key=lambda entry: (not entry.embedded, not entry.prepared, entry.name))


def _version(wanted: SetName) -> str | None:
    if wanted.version is not None:
        return wanted.version
    known = KNOWN.get(wanted.name)
    return known.version if known is not None and wanted.config is None else None


def _prepared(where: Path, wanted: SetName, version: str | None) -> Path | None:
    found = on_disk(where, wanted)
    if not found and wanted.config is None and wanted.name not in KNOWN and (where / wanted.name).is_dir():
        # A set of several configurations: TFDS alone knows which it takes when none is named.
        try:
            folder = catalogue.folder(wanted, where)
        except DataError:
            return None
        relative = folder.relative_to(where / "no such folder" / wanted.name)
        if len(relative.parts) == 2:
            found = on_disk(where, msgspec.structs.replace(wanted, config=relative.parts[0]))
    if version is not None:
        return found.get(version)
    return list(found.values())[-1] if found else None
