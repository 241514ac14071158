"""One network written in two ways is one experiment; what an ablation takes out was there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_ablate.data.facts import Input
from tui_ablate.graph import build, difference
from tui_ablate.spec import SpecError, ablation, identity, load, load_study, set_values

ENTERS = Input((32, 32, 3), 10)


@pytest.mark.parametrize(
    ("preset", "sets"),
    [
        ("resnet-34", ["model.conv_bias=false"]),
        ("resnet-34", ["model.normalization=batch"]),
        ("resnet-34", ["model.normalization={name: batch, momentum: 0.99}"]),
        ("resnet-34", ["model.stages.0.residual=true"]),
        ("resnet-34", ["model.stages.0.residual=[true, true, true]"]),
        ("plain-34", ["model.stages.0.residual=false"]),
        ("plain-34", [f"model.stages.{stage}.residual=false" for stage in range(4)]),
        ("vgg-16", ["model.conv_bias=true"]),
        ("vgg-16", ["model.normalization=none"]),
        ("vgg-16", ["model.residual=false"]),
        ("vgg-16", ["model.stages.0.residual=false"]),
    ],
)
def test_a_value_that_holds_anyway_is_no_other_experiment(preset: str, sets: list[str]) -> None:
    one = load(preset)
    other = set_values(one, sets)
    assert identity(other) == identity(one)
    assert difference(build(other, ENTERS), build(one, ENTERS)).same


@pytest.mark.parametrize(
    ("preset", "override"),
    [
        ("resnet-34", "model.conv_bias=true"),
        ("resnet-34", "model.normalization=none"),
        ("resnet-34", "model.normalization={name: batch, momentum: 0.9}"),
        ("resnet-34", "model.stages.0.residual=false"),
        ("resnet-34", "model.stages.0.residual=[true, true, false]"),
        ("plain-34", "model.stages.0.residual=true"),
        ("vgg-16", "model.conv_bias=false"),
        ("vgg-16", "model.normalization=batch"),
        ("digits-resnet-20", "model.stages={block: [vgg, basic], channels: 8}"),
    ],
)
def test_a_value_that_changes_the_network_is_another_experiment(preset: str, override: str) -> None:
    assert identity(load(preset, [override])) != identity(load(preset))


def test_blocks_of_two_kinds_leave_nothing_out() -> None:
    mixed = load("digits-resnet-20", ["model.stages={block: [vgg, basic], channels: [8, 8]}"])
    found = {identity(set_values(mixed, [f"model.conv_bias={word}"])) for word in ("null", "true", "false")}
    assert len(found) == 3


def test_the_same_shortcuts_said_by_network_or_stages_are_one() -> None:
    by_network = load("resnet-34", ["model.residual=false", "model.stages.1.residual=true"])
    by_stages = load("resnet-34", [f"model.stages.{stage}.residual=false" for stage in (0, 2, 3)])
    assert identity(by_network) == identity(by_stages)
    off = load("resnet-34", [f"model.stages.{stage}.residual=false" for stage in range(4)])
    assert identity(off) == identity(load("plain-34"))


@pytest.mark.parametrize(
    ("preset", "path"),
    [("resnet-34", "model.conv_bias"), ("vgg-16", "model.normalization"), ("vgg-16", "model.residual")],
)
def test_what_is_not_there_cannot_be_ablated(preset: str, path: str) -> None:
    with pytest.raises(SpecError, match=f"--ablate {path}: the experiment does not have it"):
        ablation(load(preset), [path])
    assert len(ablation(load("notebook-resnet-34"), ["model.conv_bias", "model.residual"]).variants) == 3


def test_a_level_that_is_the_baselines_makes_no_variant(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("baseline: resnet-34\nfactors: {model.conv_bias: [true, false]}\n")
    assert list(load_study(path).variants) == ["resnet-34", "conv_bias=true"]
