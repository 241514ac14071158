"""Where things lie: the home, the shipped presets (in a checkout or a wheel) and the user's own. Knows no room.

No room, because the app needs it before its first picture, and rooms take their time to import.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import msgspec

HOME_VARIABLE = "TUI_ABLATE_HOME"
_DEPTH = re.compile(r"(.+)-(\d+)$")


class PresetEntry(msgspec.Struct, frozen=True):
    """A preset in a list. ``family`` is its name without the depth: ``cifar-resnet`` of ``cifar-resnet-56``."""

    name: str
    path: Path
    own: bool
    family: str
    depth: int | None
    study: bool = False


@cache
def preset_folder() -> Path:
    """The shipped presets: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "presets"
    return inside if inside.is_dir() else package.parent / "presets"


def home_folder() -> Path:
    """$TUI_ABLATE_HOME, by default the platform's data directory."""
    if named := os.environ.get(HOME_VARIABLE):
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_data_dir("tui-ablate", appauthor=False))


def own_folder() -> Path:
    """Where the user's own presets are kept."""
    return home_folder() / "presets"


def presets(own: Path | None = None) -> list[PresetEntry]:
    """All presets, then all studies, shipped before own, by family and depth; no file is opened."""
    mine = own_folder() if own is None else own
    entries = [
        _entry(path, folder == mine or folder == mine / "studies", study)
        for study in (False, True)
        for folder in ((preset_folder(), mine) if not study else (preset_folder() / "studies", mine / "studies"))
        for path in (folder.glob("*.yaml") if folder.is_dir() else ())
    ]
    return sorted(entries, key=lambda e: (e.study, e.own, e.family, e.depth or 0, e.name))


def _entry(path: Path, own: bool, study: bool) -> PresetEntry:
    match = None if study else _DEPTH.match(path.stem)
    family, depth = (match[1], int(match[2])) if match else (path.stem, None)
    return PresetEntry(path.stem, path, own, family, depth, study)
