"""Every mistake is blamed on the file, line and field that made it, or on the `--set` that did."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_ablate.spec import SpecError, load

LONG = "9" * 5000


def told(text: str, folder: Path, *sets: str) -> list[str]:
    path = folder / "child.yaml"
    path.write_text(text)
    with pytest.raises(SpecError) as error:
        load(path, sets)
    return [str(problem).removeprefix(f"{folder}/").partition(";")[0] for problem in error.value.problems]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("model:\n  stages: [{block: basic}]\n", "child.yaml:3: model.stages.0.channels: it is missing"),
        (
            "model:\n  stages:\n    block: basic\n    channels: [64, 128, wide]\n",
            "child.yaml:5: model.stages.2.channels: found wide",
        ),
        (
            "model:\n  stages:\n    block: basic\n    channels: [64]\n    stride: 0\n",
            "child.yaml:6: model.stages.0.stride: found 0",
        ),
        ("model:\n  stages: 5\n", "child.yaml:3: model.stages: found 5"),
        ("training:\n  optimizer: {name: adam}\n", "child.yaml:3: training.optimizer.learning_rate: it is missing"),
        ("training:\n  optimizer: adam\n", "child.yaml:3: training.optimizer.learning_rate: it is missing"),
        ("training:\n  schedule: bogus\n", "child.yaml:3: training.schedule.name: found bogus"),
        ("training:\n  schedule: {at: [5, 3]}\n", "child.yaml:3: training.schedule.at: found [5, 3]"),
        ("data:\n  image_size: 9999\n", "child.yaml:3: data.image_size.0: found 9999"),
        ("model:\n  head: null\n", "child.yaml:3: model.head: found None"),
    ],
)
def test_what_a_file_replaces_is_not_blamed_on_what_it_extends(text: str, says: str, tmp_path: Path) -> None:
    assert told("extends: resnet-34\n" + text, tmp_path)[0] == says


def test_what_it_does_not_replace_is_blamed_on_the_file_that_says_it(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(
        "extends: resnet-34\ntraining:\n  optimizer: {momentum: 2}\n  schedule: bogus\n"
    )
    assert told("extends: parent\ntraining: {optimizer: {nesterov: true}, schedule: {factor: 1}}\n", tmp_path) == [
        "parent.yaml:3: training.optimizer.momentum: found 2",
        "parent.yaml:4: training.schedule.name: found bogus",
    ]


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ("model.stagez.0=1", "model.stagez: there is no such field"),
        ("a..b=3", "a: there is no such field"),
        ("training.optimizer.x.y=3", "training.optimizer.x: there is no such field"),
        ("training.optimizer.name=adam", "training.optimizer.learning_rate: it is missing"),
        ("training.optimizer={name: adam}", "training.optimizer.learning_rate: it is missing"),
        ("training.early_stopping.patience=0", "training.early_stopping.patience: found 0"),
        ("model.stages.0.channels=wide", "model.stages.0.channels: found wide"),
        ("training.epochs.5=1", "training.epochs: 100 has no fields"),
        ("m\udcff=1", "m\N{REPLACEMENT CHARACTER}: there is no such field"),
    ],
)
def test_an_override_is_named(override: str, says: str, tmp_path: Path) -> None:
    shown = override.replace("\udcff", "\N{REPLACEMENT CHARACTER}")
    assert told("extends: resnet-34\n", tmp_path, override) == [f"--set {shown}: {says}"]


def test_the_last_override_of_a_field_is_named(tmp_path: Path) -> None:
    sets = ("training.optimizer.learning_rate=fast", "training.optimizer={name: sgd, learning_rate: slow}")
    (said,) = told("extends: resnet-34\n", tmp_path, *sets)
    assert said == f"--set {sets[1]}: training.optimizer.learning_rate: found slow"


def test_a_number_of_thousands_of_digits_is_no_index(tmp_path: Path) -> None:
    (said,) = told("extends: resnet-34\n", tmp_path, f"model.stages.{LONG}.repeat=2")
    assert "there is no such item" in said
    assert len(said) < 600
