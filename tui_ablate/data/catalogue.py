"""What TFDS knows of its sets before a download. TFDS is imported when first asked, TensorFlow never."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from .error import DataError
from .facts import Facts
from .location import SetName


class Origin(msgspec.Struct, frozen=True):
    """Where a set comes from: bytes of each address (0: not known), and what a person must fetch by hand, if so."""

    urls: dict[str, int]
    by_hand: str = ""


UNFIT = (
    "bee_dataset",
    "bigearthnet",
    "chexpert",
    "colorectal_histology_large",
    "i_naturalist2021",
    "imagenet2012_multilabel",
    "imagenet2012_real",
    "lfw",
    "pet_finder",
    "stanford_online_products",
)
"""TFDS counts them among its sets of image classification, but ``facts`` refuses them."""


@cache
def image_classification() -> tuple[str, ...]:
    """Names of TFDS's sets of image classification that can be used, sorted."""
    return tuple(name for name in _filed() if name not in UNFIT)


@cache
def _filed() -> tuple[str, ...]:
    with _quiet():
        module = importlib.import_module("tensorflow_datasets.image_classification")
        names = {getattr(getattr(module, entry), "name", None) for entry in dir(module)}
    return tuple(sorted(name for name in names if isinstance(name, str) and name.isidentifier()))


def facts(wanted: SetName, root: Path) -> Facts:
    """Facts before download: shape, classes, version, download bytes. Raises DataError."""
    builder = _builder(wanted, root)
    info = builder.info
    image, label = columns(info.features, info.supervised_keys, str(wanted))
    height, width, channels = image.shape
    classes = label.num_classes or 0
    # Before a download TFDS numbers the classes whose names it will only read from the downloaded files.
    names = tuple(label.names or ()) if classes else ()
    return Facts(
        name=str(wanted),
        about=" ".join((info.description or "").split()).split(". ")[0][:160],
        version=str(builder.version),
        height=height,
        width=width,
        channels=channels or 3,
        classes=classes,
        class_names=() if names == tuple(map(str, range(classes))) else names,
        download_bytes=sum(int(info.size or 0) for info in (builder.url_infos or {}).values()) or None,
    )


def columns(features: Any, supervised: Any, name: str) -> tuple[Any, Any]:
    """The features that hold an example's picture and its label. Raises DataError for a set of another kind."""
    import tensorflow_datasets as tfds  # type: ignore[import-untyped]

    held = dict(features.items())
    image, label = (held.get(key) for key in keys(features, supervised))
    if not isinstance(image, tfds.features.Image) or not isinstance(label, tfds.features.ClassLabel):
        raise other_kind(name)
    # Not the dtype object itself: comparing those imports TensorFlow.
    if getattr(image.np_dtype, "__name__", str(image.np_dtype)) != "uint8":
        raise DataError(f"The pictures of {name} are not of 8 bits a channel; choose another set.")
    return image, label


def keys(features: Any, supervised: Any) -> tuple[str, str]:
    """Names of the picture and the label among ``features``."""
    if isinstance(supervised, tuple) and len(supervised) >= 2 and all(key in features for key in supervised[:2]):
        return supervised[0], supervised[1]
    return "image", "label"


def origin(wanted: SetName, root: Path) -> Origin:
    """Where the files of a set come from. Raises DataError."""
    builder = _builder(wanted, root)
    urls = {url: int(info.size or 0) for url, info in (builder.url_infos or {}).items()}
    return Origin(urls, " ".join((builder.MANUAL_DOWNLOAD_INSTRUCTIONS or "").split()))


def folder(wanted: SetName, root: Path) -> Path:
    """Where TFDS would put the set: with its default configuration and its version. Raises DataError."""
    return Path(_builder(wanted, root).data_dir)


def other_kind(name: str) -> DataError:
    """The set ``name`` is there, but of no use here."""
    return DataError(
        f"{name} is not a set for image classification: it has no single picture and label for each example. "
        "Choose another; `tui-ablate data` lists those that are."
    )


@cache
def _builder(wanted: SetName, root: Path) -> Any:
    with _quiet():
        import tensorflow_datasets as tfds

        # Only of these it is known that building them leaves TensorFlow out.
        if wanted.name not in _filed():
            every = tfds.list_builders(with_community_datasets=False)
            raise other_kind(str(wanted)) if wanted.name in every else unknown(wanted.name)
        try:
            # Facts before download must not stumble over what is on disk: that is read by `prepared`.
            return tfds.builder(str(wanted), data_dir=str(root / "no such folder"))
        except (AssertionError, ValueError) as error:
            raise DataError(_wrong(wanted, error)) from None
        except (OSError, ImportError, AttributeError, TypeError) as error:
            why = " ".join(str(error.__cause__ or error).split())[-200:]
            raise DataError(f"TFDS cannot describe {wanted} ({why}). Choose another set.") from None


def _wrong(wanted: SetName, error: Exception) -> str:
    text = " ".join(str(error).split())
    if "cannot be loaded at version" in text:
        return f"{wanted.name} has no version {wanted.version}; it has {text.rpartition('only: ')[2].rstrip('.')}."
    if wanted.config is not None:
        return f"{wanted.name} has no configuration {wanted.config}; see the TFDS catalogue for those it has."
    return f"TFDS cannot describe {wanted} ({text[-200:]}). Choose another set."


def unknown(name: str) -> DataError:
    """There is no set of this ``name``; says the nearest."""
    near = get_close_matches(name.lower(), ["digits", *image_classification()], n=3, cutoff=0.6)
    hint = f"Did you mean {' or '.join(near)}?" if near else "List them with `tui-ablate data`."
    return DataError(f"There is no data set {name}. {hint}")


@contextmanager
def _quiet() -> Iterator[None]:
    """TFDS warns about itself through absl while it is looked through; a screen must not show that."""
    from absl import logging

    before = logging.get_verbosity()
    logging.set_verbosity(logging.ERROR)
    try:
        yield
    finally:
        logging.set_verbosity(before)
