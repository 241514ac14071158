"""What TFDS's own builders know of sets nobody has downloaded: addresses, bytes, classes; TensorFlow stays out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tui_ablate.data import DataError, catalogue, enters, facts, list_sets
from tui_ablate.data.known import KNOWN
from tui_ablate.data.location import SetName
from tui_ablate.spec.experiment import Data


@pytest.mark.parametrize("name", sorted(set(KNOWN) - {"digits"}))
def test_our_table_says_what_tfds_says(name: str, tmp_path: Path) -> None:
    ours, theirs = KNOWN[name], catalogue.facts(SetName(name), tmp_path)
    for fact in ("version", "height", "width", "channels", "classes", "download_bytes"):
        assert getattr(ours, fact) == getattr(theirs, fact), fact
    if theirs.class_names and ours.class_names:
        assert ours.class_names == theirs.class_names


def test_url_infos_are_read_with_the_installed_packages(tmp_path: Path) -> None:
    """A fresh install of TFDS 4.9.10 cannot: it needs importlib_resources and does not say so."""
    found = catalogue.origin(SetName("cifar10"), tmp_path)
    assert sum(found.urls.values()) == KNOWN["cifar10"].download_bytes
    assert all(url.startswith("http") for url in found.urls)
    assert found.by_hand == ""


def test_a_set_to_be_fetched_by_hand_says_how(tmp_path: Path) -> None:
    assert "manual" in catalogue.origin(SetName("imagenet2012"), tmp_path).by_hand.lower()


def test_a_set_outside_our_table_has_facts_before_its_download(tmp_path: Path) -> None:
    data = Data(name="rock_paper_scissors", data_dir=str(tmp_path))
    found = facts(data)
    assert (found.height, found.width, found.classes) == (300, 300, 3)
    assert found.class_names == ("rock", "paper", "scissors")
    assert found.download_bytes
    assert found.splits == {}
    assert not found.prepared
    assert enters(data).shape == (300, 300, 3)


def test_a_set_with_configurations_is_named_by_one(tmp_path: Path) -> None:
    assert facts(Data(name="imagenette/160px-v2", data_dir=str(tmp_path))).classes == 10
    with pytest.raises(DataError, match="imagenette has no configuration 7px"):
        facts(Data(name="imagenette/7px", data_dir=str(tmp_path)))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cifr10", "There is no data set cifr10. Did you mean cifar10"),
        ("zzzzzzzz", "List them with `tui-ablate data`"),
        ("cifar10:1.2.3", "cifar10 has no version 1.2.3; it has"),
        ("../etc", "is no name of a data set"),
        ("coco", "is not a set for image classification"),
        ("nsynth", "is not a set for image classification"),
        ("lfw", "is not a set for image classification"),
        ("i_naturalist2021", "TFDS cannot describe i_naturalist2021"),
        ("Cifar10", "There is no data set Cifar10. Did you mean cifar10"),
        ("MNIST", "There is no data set MNIST. Did you mean mnist"),
    ],
)
def test_a_name_that_will_not_do_is_one_plain_sentence(name: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        facts(Data(name=name, data_dir=str(tmp_path)))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_the_list_has_the_embedded_first_and_searches_names_and_descriptions(tmp_path: Path) -> None:
    everything = list_sets(data_dir=str(tmp_path))
    assert everything[0].name == "digits"
    assert everything[0].embedded
    assert len(everything) > 70
    assert {entry.name for entry in list_sets("krizhevsky", str(tmp_path))} == {"cifar10", "cifar100"}
    assert list_sets("no such words", str(tmp_path)) == []


def test_every_set_in_the_list_can_be_used(tmp_path: Path) -> None:
    def usable(name: str) -> bool:
        try:
            return bool(catalogue.facts(SetName(name), tmp_path).name)
        except DataError:
            return False

    filed = {name: usable(name) for name in (*catalogue.image_classification(), *catalogue.UNFIT)}
    assert {name for name, good in filed.items() if not good} == set(catalogue.UNFIT)


def test_a_prepared_set_is_read_from_its_files(cifar10_dir: Path) -> None:
    data = Data(name="cifar10", data_dir=str(cifar10_dir))
    found = facts(data)
    assert found.prepared
    assert found.splits == {"train": 500, "test": 100}
    assert next(entry for entry in list_sets("cifar10", str(cifar10_dir)) if entry.name == "cifar10").prepared


def test_neither_list_nor_facts_nor_addresses_import_tensorflow(tmp_path: Path) -> None:
    code = f"""
import contextlib, sys, json
from pathlib import Path
from tui_ablate.data import DataError, catalogue, facts, list_sets
from tui_ablate.data.location import SetName
from tui_ablate.spec.experiment import Data
root = Path({str(tmp_path)!r})
list_sets(data_dir=str(root))
for name in ("coco", "nsynth", "robonet", "abstract_reasoning", "d4rl_adroit_door", "Cifar10", "my_own"):
    with contextlib.suppress(DataError):
        facts(Data(name=name, data_dir=str(root)))
for name in ("cats_vs_dogs", "stanford_dogs", "imagenette/160px-v2", "beans"):
    facts(Data(name=name, data_dir=str(root)))
catalogue.origin(SetName("beans"), root)
print(json.dumps([m for m in ("tensorflow", "keras") if m in sys.modules]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
