"""Invented presets: no traceback, no hang, and whatever validates builds or says what is impossible."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui_ablate.data.facts import Input
from tui_ablate.graph import NetworkError, build
from tui_ablate.spec import Experiment, SpecError, identity, load, load_text, plain, preset_folder, save_preset, to_yaml
from tui_ablate.spec.text import dump

SHAPES = [Input((16, 16, 1), 10), Input((32, 32, 3), 10), Input((7, 3, 3), 2)]
KEYS = sorted({*Experiment.__struct_fields__, "extends", "stages", "block", "repeat", "channels", "name", "epochs"})
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(KEYS)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), inner),
    max_leaves=20,
)


def near(good: Any, wrong: Any, share: int = 12) -> Any:
    """Mostly ``good``, seldom ``wrong``."""
    return st.integers(0, share).flatmap(lambda pick: wrong if pick == 0 else good)


small = st.integers(1, 6)
stage = st.fixed_dictionaries(
    {
        "block": st.sampled_from(["basic", "bottleneck", "preact_basic", "preact_bottleneck", "vgg"]),
        "channels": near(st.sampled_from([4, 8, 16, 32]), scalars, 40),
    },
    optional={
        "repeat": near(small, scalars, 40),
        "stride": near(st.integers(1, 4), scalars, 40),
        "kernel": near(st.sampled_from([1, 3, 5, 7]), st.integers(-2, 99), 20),
        "residual": near(near(st.booleans(), st.lists(st.booleans(), max_size=4), 5), scalars, 40),
    },
)
schedule = st.sampled_from(
    ["constant", "cosine", {"name": "steps", "at": [1, 2]}, {"name": "plateau", "patience": 2}, {"name": "cosine"}]
)
normalization = st.sampled_from(["batch", "none", {"name": "group", "groups": 4}, {"name": "batch", "momentum": 0.9}])
presets = st.fixed_dictionaries(
    {
        "model": near(
            st.fixed_dictionaries(
                {"stages": near(st.lists(stage, min_size=1, max_size=4), trees, 30)},
                optional={
                    "stem": st.sampled_from(["auto", "imagenet", "cifar", "none"]),
                    "stem_channels": small,
                    "residual": st.booleans(),
                    "shortcut": st.sampled_from(["A", "B", "C", "stage"]),
                    "stride_on": st.sampled_from(["3x3", "1x1"]),
                    "conv_bias": st.booleans(),
                    "normalization": near(normalization, trees, 30),
                    "head": st.fixed_dictionaries(
                        {"pool": st.sampled_from(["average", "max", "flatten"])},
                        optional={"hidden": st.lists(small, max_size=3), "dropout": st.floats(0, 0.9)},
                    ),
                },
            ),
            trees,
            30,
        ),
        "data": near(
            st.fixed_dictionaries(
                {"name": st.sampled_from(["digits", "cifar10"])},
                optional={
                    "validation": near(st.sampled_from([0.1, 0.5, "test", "train[80%:]"]), scalars, 30),
                    "image_size": near(st.integers(1, 300) | st.lists(small, min_size=2, max_size=2), scalars, 30),
                    "augment": st.lists(st.sampled_from(["flip", "crop", "cutout"]), unique=True),
                },
            ),
            trees,
            30,
        ),
        "training": near(
            st.fixed_dictionaries(
                {
                    "epochs": near(small, scalars, 30),
                    "optimizer": near(
                        st.fixed_dictionaries(
                            {
                                "name": st.sampled_from(["sgd", "adam", "adamw"]),
                                "learning_rate": near(st.floats(1e-9, 10), scalars, 30),
                            },
                            optional={"clipnorm": st.none() | st.floats(0.1, 10)},
                        ),
                        trees,
                        30,
                    ),
                },
                optional={"schedule": near(schedule, trees, 30), "l2": st.floats(0, 1)},
            ),
            trees,
            30,
        ),
    },
    optional={
        "about": st.text(max_size=20),
        "extends": near(st.just("resnet-18"), scalars),
        "odd": near(scalars, trees),
    },
)

odd = near(st.just({}), st.dictionaries(st.text(max_size=8), trees, max_size=2))
presets = st.builds(lambda sound, more: {**more, **sound}, presets, odd)


def judged(text: str) -> Experiment | None:
    """The experiment of ``text``, None where it is refused; built for every shape. A second at most."""
    start = time.monotonic()
    experiment, problems, impossible = None, (), []
    try:
        experiment = load_text(text)
        for shape in SHAPES:
            try:
                build(experiment, shape)
            except NetworkError as error:
                impossible.append(error)
    except SpecError as error:
        problems = error.problems
    assert (experiment is None) == bool(problems)
    assert all(problem.found and problem.right for problem in problems)
    assert all(error.why and error.field.startswith(("model.", "training.loss")) for error in impossible)
    assert time.monotonic() - start < 5
    return experiment


def written(value: Any) -> str:
    """``value`` as YAML; what YAML cannot write (control characters) as JSON, which is YAML too."""
    try:
        return dump(value)
    except Exception:
        return msgspec.json.encode(value).decode()


LOOSE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@settings(max_examples=300, deadline=None, suppress_health_check=LOOSE)
@given(presets)
def test_invented_presets(value: Any) -> None:
    experiment = judged(written(value))
    if experiment is not None:
        again = load_text(to_yaml(experiment))
        assert again == experiment
        assert identity(again) == identity(experiment)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@settings(max_examples=10_000, deadline=None, suppress_health_check=LOOSE)
@given(presets)
def test_ten_thousand_invented_presets(value: Any) -> None:
    judged(written(value))


@settings(max_examples=100, deadline=None, suppress_health_check=LOOSE)
@given(trees)
def test_invented_structures(value: Any) -> None:
    judged(written(value))


@settings(max_examples=150, deadline=None, suppress_health_check=LOOSE)
@given(st.text(max_size=200) | st.text(alphabet="{}[]:,-&*!?|>'\"#%@ \n\tab1.~<", max_size=60))
def test_invented_texts(text: str) -> None:
    judged(text)


@settings(max_examples=100, deadline=None, suppress_health_check=LOOSE)
@given(st.data())
def test_mangled_presets(data: st.DataObject) -> None:
    text = (preset_folder() / "resnet-34.yaml").read_text()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.text(max_size=3)) + text[at + data.draw(st.integers(0, 8)) :]
    judged(text)


@settings(max_examples=30, deadline=None, suppress_health_check=LOOSE)
@given(presets, st.sampled_from(["resnet-34", "plain-18", "vgg-11", "cifar-resnet-110", "notebook-resnet-50"]))
def test_what_is_saved_over_a_preset_loads_as_it_was(value: Any, base: str) -> None:
    try:
        experiment = load_text(written({k: v for k, v in value.items() if k not in ("extends", "odd")}))
    except SpecError:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mine.yaml"
        save_preset(path, experiment, base=preset_folder() / f"{base}.yaml")
        assert plain(msgspec.structs.replace(load(path), name="")) == plain(
            msgspec.structs.replace(experiment, name="")
        )
