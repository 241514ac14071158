"""The shipped presets have the parameter and multiply-add counts that others published."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tui_ablate import spec
from tui_ablate.data.facts import Input
from tui_ablate.graph import LayerGraph, build

REFERENCE = Path(__file__).parent.parent / "reference"
PREFIX = {"notebook": "notebook-", "torchvision": "", "he2015": "cifar-"}


def figures(file: str) -> list[dict[str, str]]:
    with (REFERENCE / file).open() as lines:
        return list(csv.DictReader(lines))


def named(row: dict[str, str]) -> str:
    return f"{row['source']} {row['network']}"


def graph_of(row: dict[str, str]) -> LayerGraph:
    height, width, channels = map(int, row["input"].split("x"))
    preset = spec.load(PREFIX[row["source"]] + row["network"])
    return build(preset, Input((height, width, channels), int(row["classes"])))


@pytest.mark.parametrize("row", figures("parameters.csv"), ids=named)
def test_parameters(row: dict[str, str]) -> None:
    totals = graph_of(row).totals
    trainable = row["trainable_params"]
    if trainable.endswith("e6"):  # He et al. give millions, to two digits
        digits = len(trainable.removesuffix("e6").partition(".")[2])
        assert round(totals.trainable_params / 1e6, digits) == float(trainable.removesuffix("e6"))
    else:
        assert totals.trainable_params == int(trainable)
    if row["params"]:
        assert totals.params == int(row["params"])


@pytest.mark.parametrize("row", figures("macs.csv"), ids=named)
def test_multiply_adds(row: dict[str, str]) -> None:
    assert graph_of(row).totals.macs == pytest.approx(float(row["gmacs"]) * 1e9, rel=5e-3)


@pytest.mark.parametrize("depth", [18, 34, 50, 101, 152])
def test_depth_counts_weight_layers_as_the_papers_do(depth: int) -> None:
    assert build(spec.load(f"resnet-{depth}"), Input((224, 224, 3), 1000)).totals.depth == depth


@pytest.mark.parametrize("name", ["cifar-resnet-20", "cifar-plain-56", "cifar-preact-resnet-110", "vgg-19"])
def test_depth_is_in_the_name(name: str) -> None:
    assert build(spec.load(name), Input((32, 32, 3), 10)).totals.depth == int(name.rpartition("-")[2])


@pytest.mark.parametrize("name", [entry.name for entry in spec.presets() if not entry.study])
def test_every_preset_is_a_network(name: str) -> None:
    experiment = spec.load(name)
    size = experiment.data.image_size or (32, 32)
    classes = 2 if experiment.data.name == "cats_vs_dogs" else 10
    graph = build(experiment, Input((*size, 3), classes))
    assert graph.nodes[-1].output_shape == (classes,)
    plain = "-plain-" in f"-{name}" or "vgg" in name
    assert graph.totals.shortcuts == (0 if plain else graph.totals.possible_shortcuts)


def test_receptive_fields() -> None:
    """VGG-16: 212 (Araujo, Norris and Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks").
    ResNet-34 by hand: stem 11 at jump 4, then 6·8, 8 + 7·16, 16 + 11·32, 32 + 5·64."""
    imagenet = Input((224, 224, 3), 1000)
    assert build(spec.load("vgg-16"), imagenet).totals.receptive_field == 212
    assert build(spec.load("resnet-34"), imagenet).totals.receptive_field == 11 + 48 + 120 + 368 + 352
