"""One mistake does not hide the others; what is told is bounded, quick, and says what would be right."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tui_ablate.graph.check import check
from tui_ablate.spec import SpecError, is_study, load, load_study, load_text

WRONG = (
    'name: "a\\u202eb"\nabout: "\\e[1m"\nmodel:\n  stages: [{block: basic}]\n  residul: 1\n'
    "data: {batch_size: big}\ntraining: {epochs: 1e2, optimizer: {momentum: 0.5}}\n"
)
REST = "data: {name: digits}\ntraining: {epochs: 1, optimizer: {name: sgd, learning_rate: 0.1}}\n"


def fields(text: str, path: Path) -> set[str]:
    path.write_text(text)
    return {problem.field for problem in check(path)}


FOUND = {"name", "about", "model.stages.0.channels", "model.residul", "data.batch_size", "training.epochs"}


@pytest.mark.parametrize(
    ("first", "field"),
    [
        ("extends: resnet-34\n", ""),
        ("extends: resnet-34\nextends: resnet-18\n", "extends"),
        ("extends: resnet34\n", "extends"),
        ("extends: [1]\n", "extends"),
        ("extends: !odd resnet-34\n", "extends"),
        ("extends: ./broken.yaml\n", "extends.there"),
        ('extends: resnet-34\n"\\ud800": 1\n', "."),
    ],
)
def test_a_mistake_in_yaml_or_extends_hides_no_other(first: str, field: str, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("a: [")
    found = fields(first + WRONG, tmp_path / "a.yaml")
    assert found >= FOUND
    assert {each for each in found - FOUND if each} <= {field}
    assert not is_study(tmp_path / "a.yaml")


def test_what_cannot_be_extended_may_have_said_what_is_missing(tmp_path: Path) -> None:
    text = "extends: nowhere\ntraining: {optimizer: {momentum: 0.5}, schedule: {warmup: 1}}\n"
    assert fields(text, tmp_path / "a.yaml") == {"extends"}


@pytest.mark.parametrize("number", ["10.0", "1e2"])
def test_a_number_with_a_point_is_no_whole_number(number: str) -> None:
    model = "model: {stages: [{block: basic, channels: 16}]}\n"
    with pytest.raises(SpecError) as error:
        load_text(model + REST.replace("epochs: 1", f"epochs: {number}"))
    (problem,) = error.value.problems
    assert (problem.line, problem.field, problem.right) == (3, "training.epochs", "give a whole number")


def test_a_wrong_key_of_a_study_hides_nothing_of_its_variants(tmp_path: Path) -> None:
    found = fields(
        "baselin: x\nbaseline: digits-resnet-20\nlabel: [1]\nvariants:\n  a: digits-plain20\n"
        "  b: {training: {epochs: 0}}\n  c: 5\n  c: 6\n  d: {model: {residual: false}}\n"
        "factors: {model.residul: [true, false], model.stem: [cifar]}\n"
        "contrasts:\n  - {name: x, plus: [e], minus: [a]}\n  - {nam: y, plus: [residual=false], minus: [c]}\n",
        tmp_path / "s.yaml",
    )
    assert found == {
        *("baselin", "label", "variants.a", "variants.b.training.epochs", "variants.c", "factors.model.residul.0"),
        *("factors.model.residul.1", "factors.model.stem", "contrasts.0.plus.0", "contrasts.1.name", "contrasts.1.nam"),
    }


@pytest.mark.parametrize("baseline", ["baseline: [1]", "baseline: nowhere", "baseline: {training: {epochs: 0}}"])
def test_a_wrong_baseline_hides_nothing_of_the_variants(baseline: str, tmp_path: Path) -> None:
    text = f"{baseline}\nvariants:\n  a: {{training: {{epochs: -1, optimizer: {{momentum: 0.5}}}}}}\n  b: nowhere\n"
    found = fields(text, tmp_path / "s.yaml")
    assert {each for each in found if not each.startswith("baseline")} == {"variants.a.training.epochs", "variants.b"}
    assert found - {"variants.a.training.epochs", "variants.b"}


@pytest.mark.parametrize(
    ("stages", "says"),
    [
        ("{block: vgg, convs: [2, 2, 3], channels: [64, 128]}", "lists of different lengths: convs 3, channels 2"),
        ("{block: vgg, channels: 64}", "a mapping without a list"),
    ],
)
def test_lists_of_different_lengths_are_counted(stages: str, says: str) -> None:
    with pytest.raises(SpecError) as error:
        load_text(f"model:\n  stages: {stages}\n{REST}")
    (problem,) = error.value.problems
    assert (problem.line, problem.field, problem.found) == (2, "model.stages", says)


def test_a_list_too_long_says_how_long_it_may_be() -> None:
    with pytest.raises(SpecError) as error:
        load("resnet-34", ["data.image_size=[1, 2, 3]"])
    assert [problem.right for problem in error.value.problems] == ["give 2 items or fewer"]


@pytest.mark.parametrize(
    ("text", "more", "first"),
    [
        ("model:\n  stages:\n" + "    - 1\n" * 5500 + REST, "… and 1 more", "give 100 items or fewer"),
        ("".join(f"modle{i}: 1\n" for i in range(5500)), "… and 5,403 more", "give a mapping"),
    ],
    ids=["stages", "fields"],
)
def test_thousands_of_mistakes_are_a_hundred_lines_in_a_second(text: str, more: str, first: str) -> None:
    start = time.process_time()
    with pytest.raises(SpecError) as error:
        load_text(text)
    assert time.process_time() - start < 1
    assert len(error.value.problems) == 101
    assert error.value.problems[-1].found == more
    assert error.value.problems[0].right.startswith(first)


@pytest.mark.parametrize("entry", ["nowhere", "{training: {epochs: 0}}"])
@pytest.mark.parametrize("count", [250, 2000])
def test_hundreds_of_wrong_variants_in_a_second(entry: str, count: int, tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("baseline: resnet-34\nvariants:\n" + "".join(f"  a{i}: {entry}\n" for i in range(count)))
    start = time.process_time()
    with pytest.raises(SpecError) as error:
        load_study(path)
    assert time.process_time() - start < 1.5
    assert len(error.value.problems) <= 101


@pytest.mark.parametrize("source", ["~nosuchuser/a.yaml", "x/" * 3000, "x" * 5000])
def test_a_path_that_no_file_can_have(source: str, tmp_path: Path) -> None:
    for text in (f"extends: {source}\n", f"baseline: {source}\nvariants: {{a: {source}}}\n"):
        (tmp_path / "a.yaml").write_text(text)
        problems = check(tmp_path / "a.yaml")
        assert problems
        assert all(problem.line for problem in problems)
    assert check(source)


def test_half_a_character_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text('extends: resnet-34\nabout: "\\ud800"\nmodel: {"\\udfff": 1}\n')
    assert [(problem.line, problem.field) for problem in check(tmp_path / "a.yaml")] == [(2, "about"), (3, "model")]
