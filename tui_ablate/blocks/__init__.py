"""The vocabulary networks are stacked from. Every file in this folder that defines a Block adds a word."""

from __future__ import annotations

import importlib
import pkgutil

from .block import Block as Block
from .block import Place as Place
from .block import Shortcut as Shortcut
from .block import StrideOn as StrideOn
from .block import Style as Style
from .block import Wiring as Wiring
from .layers import Layer as Layer
from .layers import Shape as Shape
from .layers import ShapeError as ShapeError

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

BLOCKS: dict[str, type[Block]] = {
    str(kind.__struct_config__.tag): kind for kind in sorted(Block.__subclasses__(), key=lambda k: k.__name__)
}
"""Every kind of block by its name in YAML."""
