"""Examples of a set that TFDS has prepared, any of them at any time.

The shards' records are found once by their lengths, so that an example can be read by its number: order follows
from (seed, epoch) exactly, for sets in memory and for sets that are not.
"""

from __future__ import annotations

import hashlib
import os
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf.json_format import ParseError  # type: ignore[import-untyped]

from ..data import DataError, how_to_fetch
from ..data.catalogue import keys
from ..data.facts import Facts
from ..data.prepared import broken
from ..spec.experiment import Data
from .backend import tf

HEADER, FOOTER = 12, 4
"""Bytes around a TFRecord: length and its checksum before, checksum of the data after."""
READ_AT_ONCE = 32
LABELS_AT_ONCE = 1024


class TfdsSource:
    """A prepared set in ``folder``. Places count through its splits in the order of ``facts.splits``."""

    failed: DataError | None = None

    def __init__(self, data: Data, folder: Path, facts: Facts, pulse: Callable[[], None]) -> None:
        import tensorflow_datasets as tfds

        self.channels = facts.channels
        self.again = f"Delete {folder} and fetch it again with `{how_to_fetch(data)}`."
        try:
            info = tfds.builder_from_directory(str(folder)).info
            self._features = info.features
            self._image, self._label = keys(dict(self._features.items()), info.supervised_keys)
            stored = info.file_format.value
            splits = [info.splits[name] for name in facts.splits]
            shards = [shard for each in splits for shard in zip(each.filepaths, each.shard_lengths, strict=True)]
        except (ParseError, ValueError, TypeError, KeyError, AttributeError):
            raise broken(folder / "dataset_info.json", data) from None
        if stored != "tfrecord":
            raise DataError(
                f"{data.name} in {folder} is stored as {stored}; only tfrecord can be read. "
                "Prepare it again with TFDS's default format."
            )
        digest = hashlib.sha256((folder / "dataset_info.json").read_bytes())
        self._files: list[int] = []
        # Not __del__: at the interpreter's end that finds the modules it needs gone.
        weakref.finalize(self, _close, self._files)
        which, starts, lengths = [], [], []
        for path, expected in shards:
            pulse()
            start, length = _records(Path(path), expected, data.name, self.again)
            digest.update(f"{Path(path).name} {Path(path).stat().st_size}\n".encode())
            which.append(np.full(len(start), len(self._files), np.int32))
            starts.append(start)
            lengths.append(length)
            self._files.append(os.open(path, os.O_RDONLY))
        self._which, self._starts, self._lengths = (np.concatenate(each) for each in (which, starts, lengths))
        self.stamp = digest.hexdigest()

    def dataset(self, places: np.ndarray, size: tuple[int, int]) -> Any:
        """(uint8 image (*size, channels), int64 label) of each place, in their order."""
        records = self._records(places)
        return records.map(lambda record: self._decode(record, size), num_parallel_calls=tf.data.AUTOTUNE)

    def labels(self) -> Any:
        """tf.data of the labels (int64) of all examples in the order of their places, ``LABELS_AT_ONCE`` at a time."""
        import tensorflow_datasets as tfds

        as_stored = {self._image: tfds.decode.SkipDecoding()}

        def label(record: Any) -> Any:
            return tf.cast(self._features.deserialize_example(record, decoders=as_stored)[self._label], tf.int64)

        records = self._records(np.arange(len(self._starts)))
        return records.map(label, num_parallel_calls=tf.data.AUTOTUNE).batch(LABELS_AT_ONCE)

    def _records(self, places: np.ndarray) -> Any:
        raw = tf.data.Dataset.from_tensor_slices(places).batch(READ_AT_ONCE)
        # Not the bound method: a dataset is part of reference cycles, and must not keep the files open by them.
        raw = raw.map(lambda some: tf.numpy_function(self._read, [some], tf.string), num_parallel_calls=4)
        return raw.map(lambda some: tf.ensure_shape(some, (None,))).unbatch()

    def _read(self, places: np.ndarray) -> np.ndarray:
        found = [os.pread(self._files[self._which[at]], int(self._lengths[at]), int(self._starts[at])) for at in places]
        return np.array(found, dtype=object)

    def _decode(self, record: Any, size: tuple[int, int]) -> tuple[Any, Any]:
        example = self._features.deserialize_example(record)
        image, label = example[self._image], tf.cast(example[self._label], tf.int64)
        return _sized(image, size, self.channels), label


def _close(files: list[int]) -> None:
    for file in files:
        os.close(file)


def _sized(image: Any, size: tuple[int, int], channels: int) -> Any:
    """Bilinear, antialiased where the picture gets smaller; untouched where it has the size already."""
    if tuple(image.shape[:2]) != size:
        scaled = tf.image.resize(image, size, method="bilinear", antialias=True)
        image = tf.cast(tf.clip_by_value(tf.round(scaled), 0, 255), tf.uint8)
    return tf.ensure_shape(image, (*size, channels))


def _records(path: Path, expected: int, name: str, again: str) -> tuple[np.ndarray, np.ndarray]:
    """Where the data of each record in a TFRecord file starts, and its bytes (both int64). Raises DataError."""
    try:
        with path.open("rb") as file:
            end, at, count = os.fstat(file.fileno()).st_size, 0, 0
            # No more than can be there: an absurd number must not be made room for.
            most = min(expected, end // (HEADER + FOOTER))
            starts, lengths = np.zeros(most, np.int64), np.zeros(most, np.int64)
            while at + HEADER <= end and count < most:
                length = int.from_bytes(os.pread(file.fileno(), 8, at), "little")
                starts[count], lengths[count] = at + HEADER, length
                at += HEADER + length + FOOTER
                count += 1
                if at > end:
                    raise DataError(f"A file of {name} is cut short: {path}. {again}")
    except FileNotFoundError:
        raise DataError(f"A file of {name} is missing: {path}. {again}") from None
    except (OSError, OverflowError) as error:
        raise DataError(f"A file of {name} cannot be read: {path} ({error}). {again}") from None
    if count != expected or at != end:
        found = f"{count:,}" if at == end else f"more than {count:,}"
        raise DataError(f"A file of {name} holds {found} examples where {expected:,} belong: {path}. {again}")
    return starts, lengths
