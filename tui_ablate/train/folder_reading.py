"""Examples of a folder of pictures, any of them at any time."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data import DataError, pictures
from ..data.folders import Listing
from .backend import tf


class FolderSource:
    """The pictures of a listing. Places count through its splits in their order."""

    channels = 3
    again = "Repair or remove it."

    def __init__(self, listed: Listing) -> None:
        self._files = [file for files in listed.files.values() for file in files]
        self._labels = np.array([label for labels in listed.labels.values() for label in labels], np.int64)
        self.stamp = listed.stamp()
        self.failed: DataError | None = None

    def dataset(self, places: np.ndarray, size: tuple[int, int]) -> Any:
        """(uint8 image (*size, 3), int64 label) of each place, in their order."""

        def read(place: Any) -> np.ndarray:
            try:
                return pictures.read(self._files[int(place)], size)
            except DataError as error:
                self.failed = error
                raise

        def decoded(place: Any, label: Any) -> tuple[Any, Any]:
            return tf.ensure_shape(tf.numpy_function(read, [place], tf.uint8), (*size, 3)), label

        both = tf.data.Dataset.from_tensor_slices((places, self._labels[places]))
        return both.map(decoded, num_parallel_calls=tf.data.AUTOTUNE)
