"""Facts of a set that TFDS has prepared, from the JSON files beside its shards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from ..spec.experiment import Data
from .catalogue import other_kind
from .error import DataError
from .facts import Facts
from .location import how_to_fetch


def read(folder: Path, data: Data) -> Facts:
    """Facts of the prepared set in ``folder``. Raises DataError where they are broken or it is of another kind."""
    name = data.name
    info = _json(folder / "dataset_info.json", data)
    features = _json(folder / "features.json", data)
    try:
        image, label, label_key = _columns(info, features)
        if image is None or label is None:
            raise other_kind(name)
        height, width, channels = (int(side) if int(side) > 0 else None for side in image["shape"]["dimensions"])
        sizes = {split["name"]: sum(map(int, split.get("shardLengths", []))) for split in info.get("splits", [])}
        if not sizes or min(sizes.values()) < 0:
            raise ValueError
        used = sum(int(split.get("numBytes", 0)) for split in info.get("splits", []))
        if image.get("dtype", "uint8") != "uint8":
            raise DataError(
                f"The pictures of {name} are not of 8 bits a channel ({image['dtype']}); choose another set."
            )
        classes = int(label["numClasses"])
        names = _names(folder / f"{label_key}.labels.txt")
        return Facts(
            name=name,
            about=" ".join(str(info.get("description", "")).split()).split(". ")[0][:160],
            version=str(info["version"]),
            height=height,
            width=width,
            channels=channels or 3,
            classes=classes,
            class_names=names if len(names) == classes else (),
            splits=sizes,
            download_bytes=int(info.get("downloadSize", 0)) or None,
            disk_bytes=used,
            prepared=True,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise broken(folder / "dataset_info.json", data) from None


def _columns(info: dict[str, Any], features: dict[str, Any]) -> tuple[Any, Any, str]:
    """The picture's and the label's description (None where there is none of that kind) and the label's key."""
    known = features.get("featuresDict", {}).get("features", {})
    items = info.get("supervisedKeys", {}).get("tuple", {}).get("items", [])
    keys = [item.get("featureKey", "") for item in items]
    if len(keys) < 2 or not set(keys[:2]) <= set(known):
        keys = ["image", "label"]
    picture, label = (known.get(key, {}) for key in keys[:2])
    return picture.get("image"), label.get("classLabel"), keys[1]


def _names(path: Path) -> tuple[str, ...]:
    try:
        return tuple(path.read_text(encoding="utf-8").splitlines()) if path.exists() else ()
    except (OSError, UnicodeDecodeError):
        return ()


def _json(path: Path, data: Data) -> dict[str, Any]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except FileNotFoundError:
        raise DataError(
            f"{data.name} is not whole: {path} is missing. Delete {path.parent} and fetch it again "
            f"with `{how_to_fetch(data)}`."
        ) from None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}). Correct its permissions.") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise broken(path, data) from None


def broken(path: Path, data: Data) -> DataError:
    """What TFDS wrote to ``path`` about the set cannot be understood."""
    return DataError(f"{path} is broken. Delete {path.parent} and fetch {data.name} again with `{how_to_fetch(data)}`.")
