"""`data`: which data sets there are, what is in one, and fetching it ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from .choices import DataName
from .program import as_json, verb

if TYPE_CHECKING:
    from rich.text import Text

    from ..data import Facts
    from ..runs import Home
    from ..spec import Data

PICTURES = 12
PICTURE_WIDTH = 18
"""Cells; a picture as high as wide has half as many lines."""
CLASSES = 40
"""Classes that are listed; some sets have thousands."""


@verb("data", examples="data\ndata flowers\ndata cifar10\ndata cats_vs_dogs --download\ndata folder:/data/birds --json")
@click.argument("name", default="", type=DataName())
@click.option("--download", is_flag=True, help="Fetch and prepare it now, ahead of a machine without network.")
@click.option("--data-dir", metavar="FOLDER", help="Where prepared sets lie (TFDS_DATA_DIR, else TFDS's own).")
@as_json
def data_verb(name: str, download: bool, data_dir: str | None, json: bool) -> int:
    """List data sets, or show one: facts, classes, splits, example pictures.

    NAME is a data set, folder:PATH, or part of a name to search for.
    """
    from ..data import DataError, facts, list_sets
    from ..runs import Home
    from ..spec import Data
    from .fetching import fetch

    if not name:
        if download:
            raise click.UsageError("Say which data set to download.", click.get_current_context())
        return _list("", data_dir, json)
    data = Data(name=name, data_dir=data_dir)
    try:
        known = facts(data)
    except DataError:
        if download or not list_sets(name, data_dir):
            raise
        return _list(name, data_dir, json)
    home = Home()
    if download:
        fetch(data, home, silent=json)
        known = facts(data)
    if json:
        from .terminal import print_json

        print_json(msgspec.structs.asdict(known))
        return 0
    _show(data, known, home)
    return 0


def _list(search: str, data_dir: str | None, json: bool) -> int:
    from ..data import list_sets
    from .terminal import print_json, print_table

    found = list_sets(search, data_dir)
    if json:
        print_json(found)
        return 0
    rows = [(s.name, "built in" if s.embedded else "prepared" if s.prepared else "", s.about) for s in found]
    print_table(("name", "here", "about"), rows)
    return 0


def _show(data: Data, known: Facts, home: Home) -> None:
    from ..data import class_counts, how_to_fetch, splits
    from .terminal import say
    from .wording import size

    sizes = "pictures differ in size" if known.height is None else f"{known.height}×{known.width}×{known.channels}"
    told = splits(data, known)
    counts = [("train", told.train), ("validation", told.validation), ("test", told.test)]
    lines = [
        ("about", known.about),
        ("version", known.version or ""),
        ("pictures", sizes),
        ("classes", f"{known.classes}" if known.classes else "not known before download"),
        (
            "splits",
            ", ".join(f"{split} {count:,}" for split, count in known.splits.items()) or "not known before download",
        ),
        ("by default", ", ".join(f"{part} {count:,}" for part, count in counts if count is not None)),
        ("download", "" if known.prepared else size(known.download_bytes)),
        (
            "here",
            "yes, no network needed" if known.prepared else f"no; fetch it with: {how_to_fetch(data)}",
        ),
    ]
    say(known.name)
    for label, text in lines:
        if text:
            say(f"  {label:<12}{text}")
    counted = class_counts(data, home.path)
    say()
    _classes(known, counted)
    if counted:
        _pictures(data, home)
    elif known.prepared:
        say(f"See how many examples each class has, and some pictures, after: {how_to_fetch(data)}")


def _classes(known: Facts, counts: dict[str, dict[str, int]]) -> None:
    """How many examples each class has in each part, or at least the classes' names."""
    from .terminal import print_table, say

    if not counts:
        if known.class_names:
            more = len(known.class_names) - CLASSES
            say(", ".join(known.class_names[:CLASSES]) + (f" and {more} more" if more > 0 else ""))
        return
    names = list(dict.fromkeys(name for part in counts.values() for name in part))
    rows = [(name, *(f"{part.get(name, 0):,}" for part in counts.values())) for name in names[:CLASSES]]
    print_table(("class", *(f">{part}" for part in counts)), rows)
    if len(names) > CLASSES:
        say(f"… and {len(names) - CLASSES} more classes")


def _pictures(data: Data, home: Home) -> None:
    """One picture of each class, side by side, where there is a terminal with colours."""
    from rich.text import Text

    from ..data import DataError, half_blocks, sample_pictures
    from .terminal import clean, console, note, shows_unicode

    screen = console()
    if not screen.is_terminal or screen.no_color or not shows_unicode():
        return
    try:
        samples = sample_pictures(data, home.path, 1)[:PICTURES]
    except DataError as error:
        note(str(error))
        return
    across = max(1, screen.width // (PICTURE_WIDTH + 2))
    for first in range(0, len(samples), across):
        screen.print()
        tiles = samples[first : first + across]
        screen.print(Text("  ").join(_captioned(clean(tile.class_name)) for tile in tiles), no_wrap=True)
        drawn = [half_blocks(tile.image, PICTURE_WIDTH) for tile in tiles]
        for row in range(max(map(len, drawn))):
            line = Text()
            for picture in drawn:
                cells = picture[row] if row < len(picture) else ((" " * PICTURE_WIDTH, "", ""),)
                for text, fore, back in cells:
                    line.append(text, f"{fore} on {back}" if fore else "")
                line.append("  ")
            screen.print(line, no_wrap=True, crop=True)


def _captioned(name: str) -> Text:
    from rich.text import Text

    made = Text(name)
    made.truncate(PICTURE_WIDTH, overflow="ellipsis", pad=True)
    return made
