"""`summary`, `diff`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_ablate.cli.checking import usable
from tui_ablate.spec import SpecError

from .conftest import Cli

TOTALS = {
    "params",
    "trainable_params",
    "non_trainable_params",
    "macs",
    "activation_bytes",
    "receptive_field",
    "depth",
}


def test_summary_shows_layers_stack_and_totals(cli: Cli) -> None:
    said = cli("summary", "digits-resnet-20")
    assert said.status == 0
    assert "stage3_block3_conv2" in said.out
    assert "basic ×3" in said.out
    assert "weight layers" in said.out


def test_summary_as_json(cli: Cli) -> None:
    told = cli("summary", "resnet-34", "--input", "224x224x3", "--classes", "1000", "--json").json
    assert set(told) == {"layers", *TOTALS}
    assert set(told["layers"][0]) == {"name", "type", "inputs", "output_shape", "params", "macs"}
    assert told["trainable_params"] == 21_797_672
    assert told["depth"] == 34


def test_summary_follows_set_and_only(cli: Cli) -> None:
    whole = cli("summary", "digits-resnet-20", "--set", "model.residual=false", "--json").json
    assert not any(layer["type"] == "add" for layer in whole["layers"])
    part = cli("summary", "digits-resnet-20", "--only", "stage2.block1", "--json").json
    assert all(layer["name"].startswith("stage2_block1_") for layer in part["layers"])
    assert "stage1" not in cli("summary", "digits-resnet-20", "--only", "stage2").out


def test_an_input_without_channels_has_three(cli: Cli) -> None:
    assert cli("summary", "vgg-16", "--input", "64x48", "--json").json["layers"][0]["output_shape"] == [64, 48, 3]


def test_diff_tells_fields_and_cost(cli: Cli) -> None:
    said = cli("diff", "digits-resnet-20", "digits-plain-20")
    assert said.status == 0
    assert "model.residual" in said.out
    assert "shortcuts" in said.out


def test_diff_against_a_change_of_itself(cli: Cli) -> None:
    told = cli("diff", "resnet-34", "--set", "model.residual=false", "--json").json
    assert told["fields"] == [{"path": "model.residual", "a": True, "b": False}]
    assert told["network"]["totals_b"]["shortcuts"] == 0


def test_diff_of_equals(cli: Cli) -> None:
    assert cli("diff", "resnet-34", "resnet-34").out == "The experiments are the same.\n"


def test_diff_tells_fields_where_the_networks_cannot_be_known(cli: Cli) -> None:
    said = cli("diff", "resnet-34", "--set", "data.name=cats_vs_dogs")
    assert said.status == 0
    assert "cats_vs_dogs" in said.out.splitlines()[1]
    assert said.out.splitlines()[-1].startswith("The networks are not compared. The pictures of cats_vs_dogs differ")
    assert "--input" not in said.out
    told = cli("diff", "resnet-34", "--set", "data.name=cats_vs_dogs", "--json").json
    assert told["fields"] == [{"path": "data.name", "a": "cifar10", "b": "cats_vs_dogs"}]
    assert told["network"] is None
    assert "image_size" in told["why"]
    assert "Or give --input and --classes." in cli("summary", "resnet-34", "--set", "data.name=cats_vs_dogs").err


DEEP = "extends: digits-resnet-20\nmodel:\n  stages:\n    block: vgg\n    channels: [8, 8, 8, 8, 8]\n"


def test_an_impossible_network_has_its_file_and_line(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "deep.yaml"
    path.write_text(DEEP)
    says = f"{path}:3: model.stages.4: no such network can be built; block 1: 2x2 pooling does not fit a 1x1 map"
    for verb in (("summary", path), ("diff", "resnet-34", path), ("validate", path)):
        said = cli(*verb)
        assert (said.status, said.err) == (2, f"{says}\n")
    with pytest.raises(SpecError) as error:
        usable(str(path))
    assert str(error.value) == says
    assert usable("digits-resnet-20", ["training.epochs=3"]).training.epochs == 3
    with pytest.raises(SpecError, match=r"^--set model.stages.2.stride=64: model.stages.2.stride: no such network"):
        usable("digits-resnet-20", ["model.stages.1.stride=16", "model.stages.2.stride=64"])
