"""Some pictures of a set with the names of their classes, and how many examples each class has."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from ..spec.experiment import Data
from . import folders, pictures, registry
from .cache import cache_folder, load_cached, load_meta
from .digits import digits
from .error import DataError
from .facts import Facts
from .labels import load_labels
from .location import how_to_fetch
from .splits import members

THUMBNAIL = (64, 64)
"""Pixels of pictures whose own sizes differ."""
PREVIEWED = 256
"""Examples that are decoded when a set is fetched only to be looked at."""


class Sample(msgspec.Struct, frozen=True):
    """One picture, uint8 (height, width, 1 or 3), and the name of its class."""

    class_name: str
    image: npt.NDArray[np.uint8]


def preview(data: Data, facts: Facts) -> Data:
    """The few examples of the first split that are kept for looking at."""
    split = next(iter(facts.splits), "train")
    count = min(PREVIEWED, facts.splits.get(split, PREVIEWED))
    size = data.image_size if data.image_size or (facts.height and facts.width) else THUMBNAIL
    return Data(
        name=data.name,
        data_dir=data.data_dir,
        train=f"{split}[:{count}]",
        validation=0.0,
        test=None,
        image_size=size,
    )


def sample_pictures(data: Data, home: Path, count: int = 1) -> list[Sample]:
    """Up to ``count`` pictures of each class, class by class. Raises DataError where none can be read yet."""
    known = registry.facts(data)
    if folders.is_folder(data.name):
        return _of_folder(data, count)
    if data.name == "digits":
        part = digits()["train"]
        return [Sample(_name(known, label), part.images[at]) for label, at in _chosen(part.labels, count)]
    for stored in (data, preview(data, known)):
        arrays = load_cached(cache_folder(stored, home))
        if arrays is not None:
            part = arrays.train
            return [
                Sample(_name(known, label), np.asarray(part.images[at])) for label, at in _chosen(part.labels, count)
            ]
    raise DataError(f"No picture of {data.name} has been decoded yet. Decode some with `{how_to_fetch(data)}`.")


def class_counts(data: Data, home: Path) -> dict[str, dict[str, int]]:
    """Examples of each class in train, validation and test, as far as they are known without reading the set."""
    known = registry.facts(data)
    labels = _labels(data, home)
    if labels is not None and len(labels) == sum(known.splits.values()):
        chosen = members(data, known.splits).parts()
        counts = {name: _counted(labels[at], known.classes) for name, at in chosen.items()}
    else:
        meta = load_meta(cache_folder(data, home))
        counts = meta.counts if meta is not None else {}
    return {part: {_name(known, label): n for label, n in enumerate(each)} for part, each in counts.items()}


def _labels(data: Data, home: Path) -> npt.NDArray[np.int64] | None:
    """Labels of all splits, one after the other; None where they are not known yet."""
    if data.name == "digits":
        return np.concatenate([part.labels for part in digits().values()])
    if folders.is_folder(data.name):
        return np.concatenate([np.array(part, np.int64) for part in folders.listing(data.name).labels.values()])
    return load_labels(data, home)


def _counted(labels: npt.NDArray[np.int64], classes: int) -> list[int]:
    # TFDS writes -1 where a split has no labels.
    counts: list[int] = np.bincount(labels[labels >= 0], minlength=classes).tolist()
    return counts


def _of_folder(data: Data, count: int) -> list[Sample]:
    listed = folders.listing(data.name)
    split = next(iter(listed.files))
    labels = np.array(listed.labels[split], np.int64)
    size = data.image_size or THUMBNAIL
    return [
        Sample(listed.class_names[label], pictures.read(listed.files[split][at], size))
        for label, at in _chosen(labels, count)
    ]


def _chosen(labels: npt.NDArray[np.int64], count: int) -> list[tuple[int, int]]:
    """(label, place) of the first ``count`` examples of each class."""
    return [(int(label), int(at)) for label in np.unique(labels) for at in np.flatnonzero(labels == label)[:count]]


def _name(known: Facts, label: int) -> str:
    return known.class_names[label] if label < len(known.class_names) else str(label)
