"""One picture from a file: decoded, upright, in colour, at the size asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from .error import DataError

LARGEST = 100_000_000
"""Pixels; a larger picture is refused: a small file can unpack to more than the memory there is."""


def size_of(path: Path) -> tuple[int, int]:
    """(height, width) from the header, as the picture stands upright. Raises DataError."""
    with _opened(path) as image:
        width, height = image.size
        try:
            turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
        except Exception as error:
            raise _broken(path, error) from None
    return (width, height) if turned else (height, width)


def read(path: Path, size: tuple[int, int] | None = None) -> npt.NDArray[np.uint8]:
    """uint8 (height, width, 3), resized to ``size`` (height, width): bilinear, antialiased where it gets smaller.

    Grey is copied to the three channels, transparency shows white, 16 bits become 8, an animation gives its first
    picture, the camera's orientation is applied. Raises DataError naming the file.
    """
    with _opened(path) as image:
        # Pillow's decoders raise errors of a dozen classes on a damaged file; each means the same to its owner.
        try:
            image.load()
            upright = _colour(ImageOps.exif_transpose(image))
        except Exception as error:
            raise _broken(path, error) from None
    return resized(np.asarray(upright), size)


def resized(picture: npt.NDArray[np.uint8], size: tuple[int, int] | None) -> npt.NDArray[np.uint8]:
    """uint8 (h, w, 1 or 3) at ``size``: bilinear, antialiased where it gets smaller."""
    if size is None or picture.shape[:2] == size:
        return picture
    flat = Image.fromarray(picture[..., 0] if picture.shape[-1] == 1 else picture)
    made = np.asarray(flat.resize((size[1], size[0]), Image.Resampling.BILINEAR))
    return made.reshape(*size, picture.shape[-1])


def _opened(path: Path) -> Image.Image:
    try:
        image = Image.open(path)
    except Exception as error:
        raise _broken(path, error) from None
    width, height = image.size
    if width * height > LARGEST:
        image.close()
        raise DataError(f"{path} is too large to unpack ({width:,}x{height:,} pixels). Make it smaller or remove it.")
    return image


def _colour(image: Any) -> Any:
    if image.mode.startswith("I"):
        values = np.asarray(image).astype(np.float64)
        image = Image.fromarray(np.clip(np.rint(values / 257), 0, 255).astype(np.uint8))
    elif image.mode == "F":
        raise ValueError("its pixels are not whole numbers")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        clear = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", clear.size, (255, 255, 255, 255)), clear)
    return image.convert("RGB")


def _broken(path: Path, error: Exception) -> DataError:
    if isinstance(error, PermissionError):
        return DataError(f"{path} cannot be read ({error.strerror}). Correct its permissions or remove it.")
    if isinstance(error, Image.DecompressionBombError):
        return DataError(f"{path} is too large to unpack. Make it smaller or remove it.")
    why = "it is no picture" if isinstance(error, UnidentifiedImageError) else " ".join(str(error).split())[:120]
    return DataError(f"{path} cannot be read as a picture ({why}). Repair or remove it.")
