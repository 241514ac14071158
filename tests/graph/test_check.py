"""What can be read may still be impossible: told with file, line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_ablate.graph.check import check
from tui_ablate.spec import presets

PRESET = """\
model:
  stages:
    - {block: basic, channels: 16}
    - block: basic
      channels: 32
      stride: 32
    - block: basic
      channels: 64
      stride: 2
data: {name: digits}
training: {epochs: 1, optimizer: {name: sgd, learning_rate: 0.1}}
"""


@pytest.mark.parametrize("name", [entry.name for entry in presets()])
def test_what_is_shipped_is_good(name: str) -> None:
    assert check(name) == ()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("", "", "bad.yaml:9: model.stages.2.stride: no such network can be built; the map is already 1x1"),
        ("0.1}", "0.1}, loss: binary_crossentropy", "bad.yaml:11: training.loss: no such network can be built"),
        ("digits", "digits, test: dev", "bad.yaml:10: data: it has a split that cannot be used; There is no split dev"),
        ("digits", '"folder:/no/such/folder"', "bad.yaml:10: data.name: folder:/no/such/folder cannot be used"),
        ("epochs: 1", "epochs: one", "bad.yaml:11: training.epochs: found one; give a whole number"),
    ],
)
def test_an_impossible_preset(old: str, new: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text((PRESET.replace("32\n    - block", "4\n    - block") if new else PRESET).replace(old, new, 1))
    (problem,) = check(path)
    assert str(problem).startswith(f"{tmp_path}/{says}")


def test_an_impossible_variant_is_named(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(
        "baseline: digits-resnet-20\nvariants:\n"
        "  deep: {model: {stem: imagenet}}\n  bad: {training: {loss: binary_crossentropy}}\n"
    )
    (problem,) = check(path)
    assert "variants.bad: training.loss" in str(problem)
