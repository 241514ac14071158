"""Overrides, shorthands, precedence, identity, saving, and all mistakes of a file at once."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tui_ablate.spec import (
    SpecError,
    differences,
    edit,
    identity,
    load,
    load_study,
    load_text,
    plain,
    preset_folder,
    save_preset,
    set_values,
)
from tui_ablate.spec import identity as identity_of

LONG = """\
model:
  stages:
    - {block: vgg, convs: 1, channels: 8}
    - {block: vgg, convs: 2, channels: 16}
  normalization: {name: batch}
data: {name: digits, image_size: [32, 32]}
training:
  epochs: 2
  optimizer: {name: sgd, learning_rate: 0.1}
  schedule: {name: cosine}
"""
SHORT = """\
about: the same, in short
model:
  stages: {block: vgg, convs: [1, 2], channels: [8, 16]}
  normalization: batch
data: {name: digits, image_size: 32, validation: 0.1}
training: {schedule: cosine, epochs: 2, optimizer: {learning_rate: 0.1, name: sgd, momentum: 0}}
"""


def test_shorthands_and_defaults_hash_like_the_long_form() -> None:
    assert identity(load_text(SHORT)) == identity(load_text(LONG))
    assert not differences(load_text(SHORT), load_text(LONG))


def test_a_later_version_with_more_fields_computes_the_same_hash() -> None:
    old = load_text(LONG)
    training = msgspec.defstruct(
        "Training", [("later", int, 0), ("also", str, "")], bases=(type(old.training),), frozen=True, kw_only=True
    )
    fields: dict[str, Any] = {name: getattr(old.training, name) for name in old.training.__struct_fields__}
    newer = msgspec.structs.replace(old, training=training(**fields))
    assert identity_of(newer) == identity_of(old)
    assert identity_of(msgspec.structs.replace(old, training=training(**fields, later=1))) != identity_of(old)


def test_the_networks_switch_leaves_no_stage_its_own_word() -> None:
    own = set_values(load("digits-resnet-20"), ["model.stages.1.residual=[true, false, true]"])
    assert own.model.stages[1].residual == (True, False, True)
    for switched in (set_values(own, ["model.residual=false"]), edit(own, "model.residual", False)):
        assert not switched.model.residual
        assert all(stage.residual is None for stage in switched.model.stages)


def test_values_are_read_as_yaml() -> None:
    changed = load("resnet-34", ["model.stages.1.repeat=6", "data.augment=[flip]", "training.schedule=cosine"])
    assert changed.model.stages[1].repeat == 6
    assert changed.data.augment == ("flip",)
    assert plain(changed.training.schedule) == {"name": "cosine"}  # nothing of the steps is left


@pytest.mark.parametrize(
    ("block", "heard"), [("basic", True), ("bottleneck", True), ("preact_basic", False), ("vgg", False)]
)
def test_zero_last_gamma_is_refused_where_no_block_would_hear_it(block: str, heard: bool) -> None:
    sets = [f"model.stages={{block: {block}, channels: [8, 8]}}", "model.zero_last_gamma=true"]
    if heard:
        assert load("digits-resnet-20", [*sets, "model.residual=false"]).model.zero_last_gamma
        return
    with pytest.raises(SpecError, match=r"model\.zero_last_gamma: found true; leave it out"):
        load("digits-resnet-20", sets)


@pytest.mark.parametrize("path", ["training.l2", "training.optimizer.learning_rate", "data.validation"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_edit_makes_a_number_that_is_none(path: str, value: float) -> None:
    with pytest.raises(SpecError):
        edit(load("digits-resnet-20"), path, value)


def test_all_mistakes_at_once_each_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(
        "extends: resnet-34\nmodel:\n  stages:\n    - {block: basik, channels: 8}\n"
        "    - {block: basic, channels: 8, kernel: 2}\n  residul: false\ndata:\n  batch_size: big\n  train: 'train[:'\n"
        "training:\n  schedule: {name: steps, at: [5, 3]}\n  epochs: -1\n"
    )
    with pytest.raises(SpecError) as error:
        load(path)
    said = {(problem.line, problem.field) for problem in error.value.problems}
    assert said == {
        (4, "model.stages.0.block"),
        (5, "model.stages.1.kernel"),
        (6, "model.residul"),
        (8, "data.batch_size"),
        (9, "data.train"),
        (11, "training.schedule.at"),
        (12, "training.epochs"),
    }
    assert "did you mean basic?" in str(error.value)
    assert "did you mean residual?" in str(error.value)


def test_all_mistakes_of_a_study_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(
        "baseline: digits-resnet-20\nvariants:\n  a: digits-plain20\n  b: {training: {epochs: 0}}\n  a/b: {}\n"
        "contrasts:\n  - {name: x, plus: [c], minus: [a]}\nfactors: {model.residul: [true, false]}\n"
    )
    with pytest.raises(SpecError) as error:
        load_study(path)
    assert {problem.line for problem in error.value.problems} == {3, 4, 5, 7, 8}


def test_saving_keeps_comments_and_never_overwrites_unasked(tmp_path: Path) -> None:
    base = preset_folder() / "resnet-34.yaml"
    path = tmp_path / "mine.yaml"
    wider = load("resnet-34", ["model.stages.1.channels=96"])
    save_preset(path, wider, base=base)
    assert load(path) == msgspec.structs.replace(wider, name="mine")
    assert "# Keras' λ·Σw²" in path.read_text()
    assert len(set(path.read_text().splitlines()) ^ set(base.read_text().splitlines())) == 2
    with pytest.raises(SpecError, match="already"):
        save_preset(path, wider, base=base)
    save_preset(path, load(path, ["training.epochs=7"]), base=path, replace=True)
    assert load(path).training.epochs == 7
    assert [found.name for found in tmp_path.iterdir()] == ["mine.yaml"]
