"""Real TFDS sets on disk, small ones, written without network through the real builders.

Fixtures ``cifar10_dir`` and ``cats_vs_dogs_dir`` give a ``data_dir``; made once for all workers of a test run.
"""

from __future__ import annotations

import fcntl
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

CIFAR10 = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
TRAIN, TEST, ANIMALS = 500, 100, 200


def cifar10(split: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Noise under a colour of its own for each class: a small net learns it in an epoch."""
    noise = np.random.default_rng(len(split))
    for number in range(TRAIN if split == "train" else TEST):
        label = number % 10
        tint = np.array([25 * label, 255 - 25 * label, 80 * (label % 3)])
        image = np.clip(tint + noise.integers(-30, 30, (32, 32, 3)), 0, 255).astype(np.uint8)
        yield number, {"id": f"{split}_{number:05d}", "image": image, "label": label}


def cats_vs_dogs(_: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """JPEGs of differing sizes, cats reddish and dogs bluish."""
    noise = np.random.default_rng(7)
    for number in range(ANIMALS):
        label = number % 2
        height, width = (int(side) for side in noise.integers(40, 90, 2))
        tint = np.array([40, 60, 200]) if label else np.array([200, 60, 40])
        pixels = np.clip(tint + noise.integers(-25, 25, (height, width, 3)), 0, 255).astype(np.uint8)
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG")
        file.seek(0)
        yield number, {"image": file, "image/filename": f"{number}.jpg", "label": label}


def write(name: str, data_dir: Path, splits: list[str], examples: Callable[[str], Any], classes: list[str]) -> None:
    """Prepare ``name`` in ``data_dir`` by TFDS's own builder, its examples replaced."""
    import tensorflow_datasets as tfds

    base = tfds.builder_cls(name)

    def _split_generators(self: Any, dl_manager: Any) -> dict[str, Any]:
        self.info.features["label"].names = classes
        return {split: self._generate_examples(split) for split in splits}

    def _generate_examples(self: Any, split: str) -> Any:
        yield from examples(split)

    members = {
        "__module__": base.__module__,
        "VERSION": base.VERSION,
        "_split_generators": _split_generators,
        "_generate_examples": _generate_examples,
    }
    with tfds.core.registered.skip_registration():
        builder = type(base.__name__, (base,), members)(data_dir=str(data_dir))
    config = tfds.download.DownloadConfig(compute_stats=tfds.download.ComputeStatsMode.SKIP, try_download_gcs=False)
    builder.download_and_prepare(download_config=config)


def _once(base: Path, name: str, make: Callable[[Path], None]) -> Path:
    folder = base / f"tfds-{name}"
    with (base / f"tfds-{name}.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / name).exists():
            make(folder)
    return folder


def _shared(factory: pytest.TempPathFactory) -> Path:
    """One folder for all workers of pytest-xdist, which have a base folder each below it."""
    base = factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base


@pytest.fixture(scope="session")
def cifar10_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data_dir with cifar10 3.0.2: 500 examples to train, 100 to test."""
    return _once(
        _shared(tmp_path_factory), "cifar10", lambda at: write("cifar10", at, ["train", "test"], cifar10, CIFAR10)
    )


@pytest.fixture(scope="session")
def cats_vs_dogs_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data_dir with cats_vs_dogs 4.0.1: 200 JPEGs of differing sizes, one split."""
    return _once(
        _shared(tmp_path_factory),
        "cats_vs_dogs",
        lambda at: write("cats_vs_dogs", at, ["train"], cats_vs_dogs, ["cat", "dog"]),
    )
