"""Real sets from disk to arrays and streams; every way in which that goes wrong, in one plain sentence."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.datasets import cifar10
from tui_ablate.data import DataError, cache_folder, class_counts, load_cached, sample_pictures
from tui_ablate.spec.experiment import Data
from tui_ablate.train import prepare
from tui_ablate.train.prepare import Cancelled, ensure


def quietly(_: object) -> None:
    """Progress nobody looks at."""


def never() -> bool:
    return False


def ready(data: Data, home: Path) -> object:
    return ensure(data, home, quietly, never)


def cifar(folder: Path, **more: object) -> Data:
    return Data(name="cifar10", data_dir=str(folder), **more)


@pytest.fixture
def broken(cifar10_dir: Path, tmp_path: Path) -> Path:
    """A copy of the set that a test may damage."""
    folder = tmp_path / "tfds"
    shutil.copytree(cifar10_dir, folder)
    return folder


def test_a_real_set_becomes_the_arrays_that_were_written(cifar10_dir: Path, home: Path) -> None:
    data = cifar(cifar10_dir, validation="train[80%:]", train="train[:80%]")
    arrays = ready(data, home)
    assert arrays.train.images.shape == (400, 32, 32, 3)
    assert len(arrays.validation) == 100
    assert len(arrays.test) == 100
    written = {example["image"].tobytes(): example["label"] for _, example in cifar10("test")}
    read = {image.tobytes(): int(label) for image, label in zip(arrays.test.images, arrays.test.labels, strict=True)}
    assert read == written
    assert np.allclose(arrays.mean, arrays.train.images.mean((0, 1, 2)))
    assert np.allclose(arrays.std, arrays.train.images.std((0, 1, 2)))


def test_what_was_decoded_once_is_read_from_the_cache(cifar10_dir: Path, home: Path, monkeypatch) -> None:
    data = cifar(cifar10_dir, limit=50)
    first = ready(data, home)
    monkeypatch.setattr(prepare, "_made", lambda *_: pytest.fail("decoded again"))
    again = ready(data, home)
    assert again.fingerprint == first.fingerprint
    assert len(again.train) == 50
    assert class_counts(data, home)["test"]["airplane"] == 10
    assert {sample.class_name for sample in sample_pictures(data, home)} >= {"cat", "dog"}


def test_streams_give_the_same_examples_in_the_order_asked_for(cats_vs_dogs_dir: Path, home: Path, monkeypatch) -> None:
    data = Data(name="cats_vs_dogs", data_dir=str(cats_vs_dogs_dir), image_size=(48, 56), validation=0.2)
    arrays = ready(data, home)
    assert arrays.test is None
    shutil.rmtree(cache_folder(data, home))
    monkeypatch.setattr(prepare, "LARGEST", 0)
    streams = ready(data, home)
    assert streams.train.examples == len(arrays.train) == 160
    order = np.random.default_rng(0).permutation(160)
    for position, (index, image, label) in enumerate(streams.dataset("train", order).as_numpy_iterator()):
        assert index == order[position]
        assert np.array_equal(image, arrays.train.images[index])
        assert label == arrays.train.labels[index]
    assert np.allclose(streams.mean, arrays.mean)
    assert load_cached(cache_folder(data, home)) is None


def test_pictures_of_different_sizes_need_one(cats_vs_dogs_dir: Path, home: Path) -> None:
    with pytest.raises(DataError, match=r"differ in size. Set data.image_size"):
        ready(Data(name="cats_vs_dogs", data_dir=str(cats_vs_dogs_dir)), home)


def test_a_missing_shard_is_named(broken: Path, home: Path) -> None:
    shard = next((broken / "cifar10/3.0.2").glob("*train.tfrecord*"))
    shard.unlink()
    with pytest.raises(DataError, match=rf"is missing: {shard}.*--download"):
        ready(cifar(broken), home)


@pytest.mark.parametrize("cut", [1, 1000])
def test_a_truncated_shard_is_named(broken: Path, home: Path, cut: int) -> None:
    shard = next((broken / "cifar10/3.0.2").glob("*train.tfrecord*"))
    shard.write_bytes(shard.read_bytes()[:-cut])
    with pytest.raises(DataError, match=rf"cut short: {shard}.*Delete"):
        ready(cifar(broken), home)


def test_a_damaged_picture_is_told(broken: Path, home: Path) -> None:
    shard = next((broken / "cifar10/3.0.2").glob("*train.tfrecord*"))
    content = bytearray(shard.read_bytes())
    for at in range(200, 2000):
        content[at] ^= 0xFF
    shard.write_bytes(content)
    with pytest.raises(DataError, match="An example cannot be decoded") as caught:
        ready(cifar(broken), home)
    assert not any(inside in str(caught.value) for inside in ("{{", "Iterator::", "user-defined"))
    assert not list((home / "cache/data").glob("*/meta.json")), "nothing half made is left"


@pytest.mark.parametrize("file", ["dataset_info.json", "features.json"])
@pytest.mark.parametrize("text", ["{", "[]", '{"splits": 3}', "\x00\xff"])
def test_broken_facts_are_told(broken: Path, home: Path, file: str, text: str) -> None:
    (broken / "cifar10/3.0.2" / file).write_text(text)
    with pytest.raises(DataError, match=r"(is broken|not a set for image).*"):
        ready(cifar(broken), home)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"field of another time": 5}, "is broken"),
        ({"name": 5}, "is broken"),
        ({"fileFormat": "zzz"}, "is broken"),
        ({"splits": []}, "is broken"),
        ({"filepathTemplate": "{X}"}, "is broken"),
        ({"shardLengths": ["-5"]}, "is broken"),
        ({"shardLengths": ["99999999999"]}, "holds 500 examples where 99,999,999,999 belong"),
        ({"shardLengths": ["400"]}, "holds more than 400 examples where 400 belong"),
    ],
)
def test_facts_that_tfds_cannot_use_are_told(broken: Path, home: Path, change: dict[str, object], said: str) -> None:
    file = broken / "cifar10/3.0.2/dataset_info.json"
    info = json.loads(file.read_text())
    (info["splits"][0] if set(change) <= set(info["splits"][0]) - {"name"} else info).update(change)
    file.write_text(json.dumps(info))
    with pytest.raises(DataError, match=said) as caught:
        ready(cifar(broken), home)
    assert f"with `tui-ablate data cifar10 --download --data-dir {broken}`" in str(caught.value)


def test_a_damaged_label_is_told_from_a_missing_one(broken: Path, home: Path) -> None:
    features = broken / "cifar10/3.0.2/features.json"
    features.write_text(features.read_text().replace('"10"', '"5"'))
    with pytest.raises(DataError, match=r"has the label \d, but there are 5 classes: it is damaged. Delete"):
        ready(cifar(broken), home)
    assert "has no label (-1). Use another split" in str(prepare._mislabelled("x", -1, 5, None))


@pytest.mark.parametrize("split", ["trane", "train[:8x%]", "train[", "validation"])
def test_a_bad_split_is_told(cifar10_dir: Path, home: Path, split: str) -> None:
    with pytest.raises(DataError, match=r"no split"):
        ready(cifar(cifar10_dir, train=split), home)


def test_a_cancel_stops_it_and_leaves_nothing_half_made(cifar10_dir: Path, home: Path) -> None:
    with pytest.raises(Cancelled):
        ensure(cifar(cifar10_dir), home, quietly, lambda: True)
    assert not list((home / "cache/data").glob("*/meta.json"))


def test_a_folder_of_pictures_becomes_arrays(tmp_path: Path, home: Path) -> None:
    for number, name in enumerate(("ant", "bee")):
        (tmp_path / "set" / name).mkdir(parents=True)
        for at in range(10):
            Image.new("RGB", (20, 10 + at), (200 * number, at, 0)).save(tmp_path / "set" / name / f"{at}.png")
    data = Data(name=f"folder:{tmp_path / 'set'}", image_size=(8, 8), validation=0.2)
    arrays = ready(data, home)
    assert arrays.train.images.shape == (16, 8, 8, 3)
    assert all((image[0, 0, 0] > 100) == bool(label) for image, label in zip(*vars(arrays.train).values(), strict=True))
    (tmp_path / "set/bee/3.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"3\.png cannot be read as a picture"):
        ready(data, home)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cats_vs_dogs", "cifar10"])
def test_a_set_that_was_fetched_is_counted_whatever_the_splits(name: str, request, home: Path) -> None:
    folder = request.getfixturevalue(f"{name}_dir")
    data = Data(name=name, data_dir=str(folder))
    assert class_counts(data, home) == {}
    command = [sys.executable, "-m", "tui_ablate.train.prepare", "--home", str(home), "--data"]
    command.append(json.dumps({"name": name, "data_dir": str(folder)}))
    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    other = Data(name=name, data_dir=str(folder), train="train[:100]", validation="train[100:]", image_size=(8, 8))
    counted = class_counts(other, home)
    arrays = ready(other, home)
    for part in counted:
        assert list(counted[part].values()) == np.bincount(getattr(arrays, part).labels).tolist()
    assert set(counted) >= {"train", "validation"}
    assert {sample.class_name for sample in sample_pictures(data, home)} >= {"cat", "dog"}


@pytest.mark.slow
def test_the_process_prepares_and_two_do_not_clash(cifar10_dir: Path, home: Path) -> None:
    command = [sys.executable, "-m", "tui_ablate.train.prepare", "--home", str(home), "--data"]
    command.append(json.dumps({"name": "cifar10", "data_dir": str(cifar10_dir)}))
    both = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)]
    for process in both:
        said = [json.loads(line) for line in process.stdout]
        process.stdin.close()
        process.stdout.close()
        assert process.wait() == 0
        assert said[-1]["stage"] == "done"
    assert load_cached(cache_folder(cifar(cifar10_dir), home)) is not None


@pytest.mark.slow
@pytest.mark.parametrize("how", ["signal", "end of input"])
def test_the_process_stops_when_asked(cifar10_dir: Path, home: Path, how: str) -> None:
    """A second process that holds the lock keeps the first one waiting, so that there is something to stop."""
    from tui_ablate.data.cache import alone
    from tui_ablate.data.registry import facts
    from tui_ablate.data.samples import preview

    data = cifar(cifar10_dir)
    command = [sys.executable, "-m", "tui_ablate.train.prepare", "--home", str(home), "--data"]
    command.append(json.dumps({"name": "cifar10", "data_dir": str(cifar10_dir)}))
    with alone(cache_folder(data, home), lambda: None):
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert json.loads(process.stdout.readline())["stage"] == "read"
        if how == "signal":
            process.send_signal(signal.SIGTERM)
        else:
            process.stdin.close()
        rest = [json.loads(line) for line in process.stdout]
        assert process.wait(20) == 130
        assert rest[-1]["stage"] == "failed"
    process.stdin.close()
    process.stdout.close()
    assert load_cached(cache_folder(preview(data, facts(data)), home)) is not None
