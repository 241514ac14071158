"""What can be read may still be impossible: told with file, line and field."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import msgspec
import pytest
from PIL import Image

from tui_ablate.data.known import KNOWN
from tui_ablate.graph.check import check, unusable
from tui_ablate.spec import load, presets

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
        (
            "digits",
            "digits, test: dev",
            "bad.yaml:10: data.test: it is a split that cannot be used; There is no split dev",
        ),
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


IMPOSSIBLE = "model:\n  stages:\n    block: vgg\n    channels: [8, 8, 8, 8, 8, 8]\n  conv_bias: true\n"


@pytest.mark.parametrize(
    ("variants", "says"),
    [
        (f"  bad:\n{indent(IMPOSSIBLE, '    ')}", ["study.yaml:5: variants.bad: model.stages.4"]),
        ("  bad: deep\n  worse: {preset: deep}\n", ["deep.yaml:3: variants.bad: model.stages.4"]),
        ("  good: digits-plain-20\n", []),
    ],
)
def test_an_impossible_variant_has_the_line_that_makes_it_so(variants: str, says: list[str], tmp_path: Path) -> None:
    (tmp_path / "deep.yaml").write_text(f"extends: digits-resnet-20\n{IMPOSSIBLE}")
    (tmp_path / "study.yaml").write_text(f"baseline: digits-resnet-20\nvariants:\n{variants}")
    told = [str(problem).removeprefix(f"{tmp_path}/") for problem in check(tmp_path / "study.yaml")]
    assert [problem.partition(": no such")[0] for problem in told] == says


def test_an_impossible_level_of_a_factor_has_its_line(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(
        "baseline: digits-resnet-20\nfactors:\n  training.loss:\n    - sparse_categorical_crossentropy\n"
        "    - binary_crossentropy\n"
    )
    (problem,) = check(tmp_path / "s.yaml")
    assert (problem.line, problem.file) == (5, str(tmp_path / "s.yaml"))


def test_what_all_variants_have_from_the_baseline_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "deep.yaml").write_text(f"extends: digits-resnet-20\n{IMPOSSIBLE}")
    (tmp_path / "s.yaml").write_text(
        "baseline: deep\nvariants: {a: {training: {epochs: 2}}, b: {data: {batch_size: 7}}}\n"
    )
    assert [problem.file for problem in check(tmp_path / "s.yaml")] == [str(tmp_path / "deep.yaml")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("extends: resnet-34\ndata: {name: cats_vs_dogs}\n", ["2: data.image_size"]),
        ("extends: resnet-34\ndata: {name: cats_vs_dogs, image_size: 64}\n", []),
        ("extends: digits-resnet-20\ndata:\n  drop_remainder: true\n  batch_size: 1151\n", ["4: data.batch_size"]),
        ("extends: digits-resnet-20\ndata:\n  drop_remainder: true\n  batch_size: 1150\n", []),
        ("extends: digits-resnet-20\ndata:\n  batch_size: 1151\n", []),
        ("extends: digits-resnet-20\ndata:\n  drop_remainder: true\n  limit: 10\n", ["11: data.batch_size"]),
        ("extends: digits-resnet-20\ndata:\n  train: 'train[:0]'\n", ["3: data.train"]),
        (
            "extends: digits-resnet-20\ndata:\n  train: dev\n  validation: 'train[9:2%]'\n  test: none\n",
            ["3: data.train", "4: data.validation", "5: data.test"],
        ),
        (
            f"extends: digits-resnet-20\ntraining: {{loss: binary_crossentropy}}\n{IMPOSSIBLE}",
            ["2: training.loss", "4: model.stages.4"],
        ),
    ],
)
def test_what_is_certain_without_download_is_told(text: str, says: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text)
    assert [f"{problem.line}: {problem.field}" for problem in check(path)] == says


def test_a_loss_for_two_classes_is_told_where_the_size_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    known = msgspec.structs.replace(KNOWN["cats_vs_dogs"], classes=5)
    monkeypatch.setitem(KNOWN, "cats_vs_dogs", known)
    experiment = load("resnet-34", ["data.name=cats_vs_dogs", "training.loss=binary_crossentropy"])
    assert [field for field, _, _ in unusable(experiment)] == ["training.loss", "data.image_size"]


def test_what_comes_with_the_download_is_no_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    unread = msgspec.structs.replace(KNOWN["cifar10"], classes=0, splits={})
    monkeypatch.setitem(KNOWN, "cifar10", unread)
    assert unusable(load("resnet-34")) == []
    monkeypatch.setitem(KNOWN, "cifar10", msgspec.structs.replace(unread, prepared=True))
    assert [field for field, _, _ in unusable(load("resnet-34"))] == ["data.name"]


def test_pictures_of_differing_sizes_in_a_folder_need_a_size(tmp_path: Path) -> None:
    for kind, side in (("cat", 20), ("dog", 30)):
        (tmp_path / kind).mkdir()
        for number in range(4):
            Image.new("RGB", (side, side)).save(tmp_path / kind / f"{number}.png")
    name = f"data.name=folder:{tmp_path}"
    assert [field for field, _, _ in unusable(load("resnet-34", [name, "data.test=null"]))] == ["data.image_size"]
    assert unusable(load("resnet-34", [name, "data.test=null", "data.image_size=32"])) == []
