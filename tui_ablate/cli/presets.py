"""`presets`, `validate`, `schema`: the files experiments come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .program import as_json, verb


@verb("presets", examples="presets\npresets resnet\npresets --json")
@click.argument("search", default="")
@as_json
def presets_verb(search: str, json: bool) -> None:
    """List presets and studies, shipped and your own.

    SEARCH keeps those whose name contains it.
    """
    from ..spec import own_folder, presets
    from .terminal import print_json, print_table, say

    entries = [entry for entry in presets() if search.lower() in entry.name.lower()]
    if json:
        print_json([{**_told(entry), "path": str(entry.path)} for entry in entries])
        return
    if not entries:
        say(f"No preset or study has {search!r} in its name." if search else "There are no presets.")
        return
    rows = [(entry.name, _kind(entry), str(entry.path)) for entry in entries]
    print_table(("name", "kind", "file"), rows)
    say(f"\nYour own go to {own_folder()}")


def _kind(entry: Any) -> str:
    return ("your " if entry.own else "") + ("study" if entry.study else "preset")


def _told(entry: Any) -> dict[str, Any]:
    return {
        "name": entry.name,
        "family": entry.family,
        "depth": entry.depth,
        "study": entry.study,
        "own": entry.own,
    }


@verb(
    "validate",
    examples="validate my-preset.yaml\nvalidate presets/*.yaml presets/studies/*.yaml\nvalidate resnet-34 --json",
)
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@as_json
def validate_verb(files: tuple[str, ...], json: bool) -> int:
    """Check preset and study files; print every problem of each.

    Beyond the file's form, the network is built for its data set where that is known without download.
    """
    from ..graph.check import check
    from ..spec import is_file
    from .terminal import note, print_json, say

    found = {name: check(Path(name) if is_file(Path(name)) else name) for name in files}
    wrong = sum(map(bool, found.values()))
    if json:
        print_json([{"file": name, "valid": not problems, "problems": problems} for name, problems in found.items()])
        return 2 if wrong else 0
    for name, problems in found.items():
        if not problems:
            say(f"{name}: good")
        for problem in problems:
            note(str(problem))
    if len(files) > 1 and wrong:
        note(f"{wrong} of {len(files)} files have problems.")
    return 2 if wrong else 0


@verb("schema", examples="schema > schema.json\nschema --study")
@click.option("--study", is_flag=True, help="The schema of study files.")
@click.option("--json", is_flag=True, expose_value=False, help="Print JSON, as it does anyway.")
def schema_verb(study: bool) -> None:
    """Print the JSON schema of preset files.

    Editors check and complete a preset that begins with: # yaml-language-server: $schema=schema.json
    """
    from ..spec import schema, study_schema
    from .terminal import print_json

    print_json(study_schema() if study else schema())
