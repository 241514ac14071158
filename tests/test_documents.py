"""The documents say what the program does: their examples load, no field is missing, no link is broken."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import msgspec
import pytest

from tui_ablate import spec
from tui_ablate.blocks import BLOCKS
from tui_ablate.cli.program import program

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
PRESETS = (ROOT / "docs" / "presets.md").read_text()
COMMANDS = {
    command
    for path in DOCUMENTS
    for command in re.findall(r"(?m)(?:^|`)(tui-ablate [a-z][^`\n#]*)", path.read_text())
    if not re.search(r"\b[A-Z]{3,}", command)
}


def sections(kind: type[msgspec.Struct]) -> set[type[msgspec.Struct]]:
    """The mapping `kind` and every mapping inside it."""
    found: set[type[msgspec.Struct]] = set()
    waiting: list[msgspec.inspect.Type] = [msgspec.inspect.type_info(kind)]
    while waiting:
        info = waiting.pop()
        if isinstance(info, msgspec.inspect.StructType) and info.cls not in found:
            found.add(info.cls)
            waiting += [field.type for field in info.fields]
        elif isinstance(info, msgspec.inspect.UnionType):
            waiting += info.types
        elif isinstance(info, msgspec.inspect.VarTupleType):
            waiting.append(info.item_type)
    return found


def test_every_field_of_an_experiment_is_explained() -> None:
    fields = {field for section in sections(spec.Experiment) for field in section.__struct_fields__}
    assert {"channels", "warmup", "beta_2", "data_dir"} <= fields
    assert {field for field in fields if not re.search(rf"\b{field}\b", PRESETS)} == set()


def test_every_block_is_named() -> None:
    assert {block for block in BLOCKS if f"`{block}`" not in PRESETS} == set()


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", PRESETS, re.DOTALL))
def test_an_example_is_a_preset_or_a_study(example: str, tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(example)
    if spec.is_study(path):
        assert len(spec.load_study(path).variants) > 1
    else:
        assert spec.load(path) == msgspec.structs.replace(
            spec.load("resnet-34"), name="example", about=spec.load(path).about
        )


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", path.read_text())
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_is_one_that_the_program_has(command: str) -> None:
    _, verb, *arguments = shlex.split(command)
    parent = click.Context(program, info_name="tui-ablate")
    known = program.get_command(parent, verb)
    assert known is not None
    known.make_context(verb, arguments, parent=parent)
