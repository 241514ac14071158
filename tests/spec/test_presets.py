"""The shipped presets: all there, all sound, and networks of exactly the published sizes."""

from __future__ import annotations

import pytest

from tui_ablate.data.facts import Input
from tui_ablate.graph import build
from tui_ablate.spec import identity, is_study, load, load_study, preset_folder, presets
from tui_ablate.spec.schema import schema, study_schema, text

NAMES = [
    *(f"resnet-{depth}" for depth in (18, 34, 50, 101, 152)),
    *(f"plain-{depth}" for depth in (18, 34, 50)),
    *(f"cifar-{kind}-{depth}" for kind in ("resnet", "plain") for depth in (20, 32, 44, 56, 110)),
    *(f"cifar-preact-resnet-{depth}" for depth in (56, 110)),
    *(f"vgg-{depth}" for depth in (11, 13, 16, 19)),
    *(f"notebook-{kind}-{depth}" for kind in ("resnet", "plain") for depth in (34, 50)),
    *(f"notebook-vgg-{depth}" for depth in (16, 19)),
    *(f"{kind}-{net}-50" for kind in ("notebook-catsdogs", "catsdogs") for net in ("resnet", "plain")),
    *(f"digits-{kind}-20" for kind in ("resnet", "plain")),
]
STUDIES = ["digits-residual", "vgg-depth", "resnet-residual", "notebook"]
ENTERS = {
    "digits": Input((16, 16, 1), 10),
    "cifar10": Input((32, 32, 3), 10),
    "cats_vs_dogs": Input((224, 224, 3), 2),
}


def test_the_list_is_complete() -> None:
    entries = presets()
    assert {e.name for e in entries if not e.study} == set(NAMES)
    assert {e.name for e in entries if e.study} == set(STUDIES)
    (one,) = [e for e in entries if e.name == "cifar-preact-resnet-56"]
    assert (one.family, one.depth, one.own) == ("cifar-preact-resnet", 56, False)


@pytest.mark.parametrize("name", NAMES)
def test_every_preset_loads_and_builds_at_its_depth(name: str) -> None:
    experiment = load(name)
    assert experiment.name == name
    assert experiment.about
    graph = build(experiment, ENTERS[experiment.data.name])
    assert graph.totals.depth == int(name.rpartition("-")[2])
    assert (graph.totals.shortcuts > 0) == ("resnet" in name)


@pytest.mark.parametrize("name", [n for n in NAMES if "plain" in n])
def test_a_plain_net_is_its_residual_twin_without_shortcuts(name: str) -> None:
    assert identity(load(name)) == identity(load(name.replace("plain", "resnet"), ["model.residual=false"]))


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_loads(name: str) -> None:
    assert is_study(name)
    study = load_study(name)
    assert study.name == name
    assert study.about
    assert next(iter(study.variants)) == study.baseline
    for contrast in study.contrasts:
        assert {*contrast.plus, *contrast.minus} <= set(study.variants)


def test_the_first_study_has_two_seeds() -> None:
    assert load_study("digits-residual").seeds == (0, 1)
    assert load_study("digits-residual", seeds=3).seeds == (0, 1, 2)


# network, input, classes, parameters, trainable: published or printed by the notebook
COUNTS = [
    ("notebook-resnet-34", (32, 32, 3), 10, 21_319_754, 21_302_602),
    ("notebook-plain-34", (32, 32, 3), 10, 21_138_826, 21_123_594),
    ("notebook-vgg-16", (32, 32, 3), 10, 33_638_218, 33_638_218),
    ("resnet-18", (224, 224, 3), 1000, None, 11_689_512),
    ("resnet-34", (224, 224, 3), 1000, None, 21_797_672),
    ("vgg-16", (224, 224, 3), 1000, None, 138_357_544),
]


@pytest.mark.parametrize(("name", "shape", "classes", "params", "trainable"), COUNTS)
def test_counts_to_the_unit(
    name: str, shape: tuple[int, int, int], classes: int, params: int | None, trainable: int
) -> None:
    totals = build(load(name), Input(shape, classes)).totals
    assert totals.trainable_params == trainable
    assert params in (None, totals.params)


@pytest.mark.parametrize(("depth", "millions"), [(20, 0.27), (32, 0.46), (44, 0.66), (56, 0.85), (110, 1.7)])
def test_counts_of_he_2015_table_6(depth: int, millions: float) -> None:
    totals = build(load(f"cifar-resnet-{depth}"), ENTERS["cifar10"]).totals
    assert totals.trainable_params / 1e6 == pytest.approx(millions, abs=0.006 if millions < 1 else 0.05)


@pytest.mark.parametrize(("name", "gmacs"), [("resnet-34", 3.664), ("vgg-16", 15.470)])
def test_macs(name: str, gmacs: float) -> None:
    assert build(load(name), Input((224, 224, 3), 1000)).totals.macs / 1e9 == pytest.approx(gmacs, rel=0.005)


def test_the_schema_files_are_current() -> None:
    """Write them anew with `python -m tui_ablate.spec`."""
    assert (preset_folder() / "schema.json").read_bytes() == text(schema())
    assert (preset_folder() / "studies" / "schema.json").read_bytes() == text(study_schema())


def test_every_file_names_its_schema() -> None:
    for entry in presets():
        assert entry.path.read_text().startswith("# yaml-language-server: $schema=schema.json\n"), entry.name
