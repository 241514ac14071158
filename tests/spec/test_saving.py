"""Saving over files as people write them: comments stay where they belong, or it is said that they cannot."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tui_ablate.spec import edit, load, save_preset
from tui_ablate.spec.save import has_comments, keeps_comments

MIXED = """# top
model:
  stages:
    # the first
    - {block: basic, channels: 16}  # beside the first
    - block: basic  # beside the second
      # its width
      channels: 32
      stride: 2
    # the third
    - {block: basic, channels: 32}  # beside the third
  stem: cifar  # small
data: {name: digits}
training: {epochs: 8, optimizer: {name: sgd, learning_rate: 0.1}}  # short
"""
IN_ONE_LIST = """model:
  stages: [
    {block: basic, channels: 16},  # a
    {block: basic, channels: 32},  # b
  ]
data: {name: digits}
training: {epochs: 8, optimizer: {name: sgd, learning_rate: 0.1}}
"""


def comments(text: str) -> list[str]:
    return [line[line.index("#") :] for line in text.splitlines() if "#" in line]


@pytest.mark.parametrize("change", ["model.stages.0.repeat=2", "model.stages.1.channels=16", "training.epochs=9"])
def test_comments_stay_beside_and_above_stages_of_either_style(change: str, tmp_path: Path) -> None:
    base, path = tmp_path / "base.yaml", tmp_path / "mine.yaml"
    base.write_text(MIXED)
    changed = load(base, [change])
    assert keeps_comments(path, changed, base)
    assert save_preset(path, changed, base=base)
    assert comments(path.read_text()) == comments(MIXED)


@pytest.mark.parametrize(
    ("index", "gone"),
    [
        (0, {"# the first", "# beside the first"}),
        (1, {"# beside the second", "# its width"}),
        (2, {"# the third", "# beside the third"}),
    ],
)
def test_a_stage_takes_its_own_comments_along_and_no_others(index: int, gone: set[str], tmp_path: Path) -> None:
    base, path = tmp_path / "base.yaml", tmp_path / "mine.yaml"
    base.write_text(MIXED)
    stages = [msgspec.to_builtins(stage) for stage in load(base).model.stages]
    del stages[index]
    changed = edit(load(base), "model.stages", stages)
    assert save_preset(path, changed, base=base)
    assert set(comments(MIXED)) - set(comments(path.read_text())) == gone


def test_where_comments_cannot_be_kept_that_is_told_before_and_after(tmp_path: Path) -> None:
    base, path = tmp_path / "base.yaml", tmp_path / "mine.yaml"
    base.write_text(IN_ONE_LIST)
    changed = load(base, ["model.stages.0.repeat=2"])
    assert has_comments(base)
    assert not keeps_comments(path, changed, base)
    assert not save_preset(path, changed, base=base)
    assert load(path).model == changed.model
