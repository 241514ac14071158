"""`presets`, `validate`, `schema`."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from tui_ablate import spec

from .conftest import Cli

GOOD = "extends: digits-resnet-20\ntraining: {epochs: 3}\n"
BAD = "extends: digits-resnet-20\nmodel: {residul: true}\ntraining: {epochs: none}\n"


def test_presets_and_studies_are_listed(cli: Cli) -> None:
    said = cli("presets")
    assert said.status == 0
    assert "resnet-152" in said.out
    assert "digits-residual" in said.out
    assert "cifar" not in cli("presets", "vgg").out
    assert "No preset" in cli("presets", "zzz").out


def test_presets_as_json(cli: Cli) -> None:
    entries = {entry["name"]: entry for entry in cli("presets", "--json").json}
    assert entries["resnet-34"]["family"] == "resnet"
    assert entries["resnet-34"]["depth"] == 34
    assert entries["digits-residual"]["study"] is True
    assert Path(entries["resnet-34"]["path"]).is_file()


def test_own_presets_are_yours(cli: Cli) -> None:
    spec.own_folder().mkdir(parents=True)
    (spec.own_folder() / "mine-3.yaml").write_text(GOOD)
    assert "your preset" in cli("presets", "mine").out
    assert cli("validate", "mine-3").status == 0


def test_every_shipped_file_is_good(cli: Cli) -> None:
    names = [entry.path for entry in spec.presets()]
    said = cli("validate", *names)
    assert said.status == 0
    assert said.out.count(": good") == len(names)


def test_every_problem_of_every_file_is_told(cli: Cli, tmp_path: Path) -> None:
    good, bad, worse = tmp_path / "good.yaml", tmp_path / "bad.yaml", tmp_path / "worse.yaml"
    good.write_text(GOOD)
    bad.write_text(BAD)
    worse.write_text("a: [")
    said = cli("validate", good, bad, worse, tmp_path / "missing.yaml")
    assert said.status == 2
    assert f"{good}: good" in said.out
    assert f"{bad}:2" in said.err
    assert f"{bad}:3" in said.err
    assert f"{worse}:" in said.err
    assert "missing.yaml" in said.err
    assert "3 of 4 files have problems." in said.err


def test_problems_as_json(cli: Cli, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(BAD)
    said = cli("validate", bad, "resnet-34", "--json")
    assert said.status == 2
    first, second = said.json
    assert first["valid"] is False
    assert {problem["line"] for problem in first["problems"]} == {2, 3}
    assert set(first["problems"][0]) == {"file", "line", "field", "found", "right"}
    assert second == {"file": "resnet-34", "valid": True, "problems": []}


def test_a_network_that_cannot_be_built_is_a_problem_with_its_line(cli: Cli, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        "extends: digits-resnet-20\nmodel:\n  stages:\n"
        + "".join("    - {block: basic, channels: 16, stride: 2}\n" for _ in range(6))
    )
    said = cli("validate", bad)
    assert said.status == 2
    assert f"{bad}:" in said.err
    assert "model.stages" in said.err
    assert "1x1" in said.err


def test_control_characters_of_a_file_do_not_reach_the_terminal(cli: Cli, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text('extends: digits-resnet-20\nmodel: {"\\e[31mred": 1}\n')
    said = cli("validate", bad)
    assert said.status == 2
    assert "\x1b" not in said.err


@pytest.mark.parametrize("verb", ["validate", "summary", "diff", "run", "study"])
@pytest.mark.parametrize("name", ["x" * 5000, "x/" * 3000, "~nosuchuser/x.yaml", "a\udcff"])
def test_a_name_that_no_file_can_have(cli: Cli, verb: str, name: str) -> None:
    said = cli(verb, name, *(["resnet-34"] if verb == "diff" else []))
    assert said.status == 2
    assert 0 < len(said.err) < 7000
    assert "mistake in" not in said.err


@pytest.mark.parametrize("options", [(), ("--study",), ("--json",)])
def test_the_schema_is_one(cli: Cli, options: tuple[str, ...]) -> None:
    jsonschema.Draft202012Validator.check_schema(cli("schema", *options).json)
