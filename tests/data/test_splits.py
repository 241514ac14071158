"""Split expressions mean what TFDS means by them, and the validation split never moves."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow_datasets as tfds
from hypothesis import given
from hypothesis import strategies as st

from tui_ablate.data import DataError
from tui_ablate.data.facts import Facts
from tui_ablate.data.splits import held_out, members, pieces, splits
from tui_ablate.spec.experiment import Data

SIZES = {"train": 1013, "test": 97}
numbers = st.just("") | st.integers(-1100, 1100).map(str)
percentages = st.just("") | st.integers(-110, 110).map("{}%".format)
bounds = st.tuples(numbers, numbers) | st.tuples(percentages, percentages)


def by_tfds(expression: str) -> list[tuple[str, int, int]]:
    """The same from TFDS itself, its parts in one file each."""
    infos = {
        name: tfds.core.splits.SplitInfo(
            name=name,
            shard_lengths=[size],
            num_bytes=0,
            filename_template=tfds.core.ShardedFileTemplate(
                data_dir="/none", dataset_name="x", split=name, filetype_suffix="tfrecord"
            ),
        )
        for name, size in SIZES.items()
    }
    files = tfds.core.splits.SplitDict(infos.values())[expression].file_instructions
    made = []
    for each in files:
        name = next(name for name in SIZES if f"-{name}." in each.filename)
        taken = SIZES[name] - each.skip if each.take == -1 else each.take
        made.append((name, each.skip, each.skip + taken))
    return made


@given(st.sampled_from(sorted(SIZES)), bounds)
def test_a_part_is_what_tfds_reads(name: str, bound: tuple[str, str]) -> None:
    expression = f"{name}[{bound[0]}:{bound[1]}]"
    if not any(bound):  # TFDS does not read it; we do
        assert pieces(expression, SIZES) == [(name, 0, SIZES[name])]
        return
    try:
        theirs = by_tfds(expression)
    except ValueError:
        with pytest.raises(DataError, match="asks for more than there is"):
            pieces(expression, SIZES)
        return
    assert [part for part in pieces(expression, SIZES) if part[2] > part[1]] == [t for t in theirs if t[2] > t[1]]


def test_numbers_and_percentages_are_not_mixed() -> None:
    """TFDS reads the number as a percentage too."""
    with pytest.raises(DataError, match="Write both bounds in the same unit"):
        pieces("train[100:50%]", SIZES)


@pytest.mark.parametrize("expression", ["train+test", "train[:80%]+test[10:]", "test[-5:]+train[:-1%]"])
def test_parts_are_added(expression: str) -> None:
    assert pieces(expression, SIZES) == by_tfds(expression)


@pytest.mark.parametrize("expression", ["", "train[", "train[80%]", "train[a:b]", "train[:80%]-test", "train;test"])
def test_nonsense_is_refused_with_an_example(expression: str) -> None:
    with pytest.raises(DataError, match=r"Write it as train\[:80%\]"):
        pieces(expression, SIZES)


def test_a_number_of_any_length_is_refused_in_few_words() -> None:
    with pytest.raises(DataError, match="is no split expression") as caught:
        pieces(f"train[:{'9' * 5000}]", SIZES)
    assert len(str(caught.value)) < 200


def test_all_is_refused_with_what_to_write() -> None:
    """To TFDS it is every split."""
    with pytest.raises(DataError, match=r"Name those that you mean, as in train\+test"):
        pieces("all", SIZES)


def test_an_empty_validation_is_refused_and_a_missing_test_is_not() -> None:
    data = Data(name="x", validation="train[:0]")
    for counted in (lambda: splits(data, Facts(name="x", splits=SIZES)), lambda: members(data, SIZES)):
        with pytest.raises(DataError, match=r"data.validation is train\[:0\], which holds no example"):
            counted()
    assert members(Data(name="x"), {"train": 10}).test is None


def test_an_unknown_split_is_refused_with_those_there_are() -> None:
    with pytest.raises(DataError, match=r"There is no split dev\. This data set has: train, test"):
        pieces("dev", SIZES)


def test_a_share_is_one_choice_for_ever() -> None:
    data = Data(name="digits", validation=0.2)
    first, again = members(data, SIZES), members(data, SIZES)
    assert first.validation is not None
    assert np.array_equal(first.train, again.train)
    assert np.array_equal(first.validation, again.validation)
    assert len(first.validation) == round(0.2 * 1013)
    assert not set(first.train) & set(first.validation)
    assert sorted([*first.train, *first.validation]) == list(range(1013))
    assert list(first.validation[:5]) == [0, 3, 4, 11, 21], "a run that resumes would validate on other pictures"


def test_validation_may_be_a_split_or_the_test() -> None:
    data = Data(name="x", train="train[:80%]", validation="train[80%:]", test="test")
    chosen = members(data, SIZES)
    assert [len(part) for part in chosen.parts().values()] == [810, 203, 97]
    on_test = members(Data(name="x", validation="test"), SIZES)
    assert np.array_equal(on_test.validation, on_test.test)
    assert len(on_test.train) == 1013


@given(st.integers(1, 5000), st.floats(0, 0.99), st.none() | st.integers(1, 6000))
def test_what_is_counted_is_what_is_chosen(examples: int, share: float, limit: int | None) -> None:
    data = Data(name="x", validation=share, limit=limit)
    sizes = {"train": examples}
    counted = splits(data, Facts(name="x", splits=sizes))
    chosen = members(data, sizes)
    assert counted.train == len(chosen.train) >= 1
    assert counted.validation == (0 if chosen.validation is None else len(chosen.validation))
    assert counted.test == 0
    assert chosen.test is None


def test_a_share_holds_one_example_at_least_and_never_all() -> None:
    assert held_out(1000, 0) == 0
    assert held_out(3, 0.01) == 1
    assert held_out(2, 0.99) == 1
    assert held_out(1, 0.5) == 0


def test_before_a_download_numbers_are_not_known() -> None:
    assert splits(Data(name="x"), Facts(name="x")).train is None


def test_no_example_to_train_on_is_told() -> None:
    with pytest.raises(DataError, match="leaves no example to train on"):
        members(Data(name="x", train="train[:0]"), SIZES)
