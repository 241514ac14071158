"""The Keras model is the graph, and its saved file needs nothing of ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tui_ablate.data import enters
from tui_ablate.data.facts import Input
from tui_ablate.graph.build import build
from tui_ablate.graph.network import LayerGraph
from tui_ablate.spec.load import load, load_text
from tui_ablate.train.backend import keras, tf
from tui_ablate.train.builder import build_model, initialise, kernels
from tui_ablate.train.saving import save

PRESETS = sorted(path.stem for path in (Path(__file__).parents[2] / "presets").glob("*.yaml"))


def graph_of(model: str, shape: tuple[int, int, int] = (16, 16, 1)) -> LayerGraph:
    training = "{epochs: 1, optimizer: {name: sgd, learning_rate: 1}}"
    text = f"model: {model}\ndata: {{name: digits}}\ntraining: {training}"
    return build(load_text(text), Input(shape, 10))


EVERY_KIND = """
  stem: imagenet
  stem_channels: 8
  shortcut: A
  stride_on: 1x1
  normalization: {name: group, groups: 4}
  activation: leaky_relu
  stages:
    - {block: basic, channels: 12, repeat: 2}
    - {block: bottleneck, channels: 16, stride: 2}
    - {block: preact_bottleneck, channels: 16, stride: 2, repeat: 2}
    - {block: vgg, channels: 8, convs: 1}
  head: {pool: flatten, hidden: [7, 5], dropout: 0.5}
"""


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_the_layers_shapes_and_counts_of_its_graph(name: str) -> None:
    experiment = load(name)
    graph = build(experiment, enters(experiment.data))
    # Weights of the great nets need not be filled to be counted.
    with keras.StatelessScope(initialize_variables=False):
        model = build_model(graph)
        assert sorted(layer.name for layer in model.layers) == sorted(node.name for node in graph.nodes)
        assert model.count_params() == graph.totals.params
        assert sum(np.prod(w.shape) for w in model.trainable_weights) == graph.totals.trainable_params
        for node in graph.nodes:
            assert tuple(model.get_layer(node.name).output.shape[1:]) == node.output_shape


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_saved_model_gives_the_same_logits_in_plain_keras(precision: str, tmp_path: Path) -> None:
    graph = graph_of(EVERY_KIND, (64, 64, 3))
    model = build_model(graph, precision)
    initialise(model, graph, 3)
    save(model, tmp_path)
    x = np.random.default_rng(0).random((3, 64, 64, 3), np.float32)
    np.save(tmp_path / "x.npy", x)
    program = (
        "import keras, numpy, sys; m = keras.models.load_model('model.keras'); "
        "numpy.save('y.npy', m(numpy.load('x.npy'))); assert 'tui_ablate' not in sys.modules"
    )
    subprocess.run([sys.executable, "-I", "-c", program], cwd=tmp_path, check=True, capture_output=True)
    mine = np.asarray(model(x))
    assert mine.dtype == np.float32
    np.testing.assert_array_equal(mine, np.load(tmp_path / "y.npy"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.keras", "x.npy", "y.npy"]


def test_channel_padding_appends_zeros_and_subsampling_takes_every_second_pixel() -> None:
    graph = graph_of("{stem: none, shortcut: A, normalization: none, stages: [{block: basic, channels: 3, stride: 2}]}")
    model = build_model(graph)
    x = np.random.default_rng(0).random((2, 16, 16, 1), np.float32)
    short = keras.Model(model.input, model.get_layer("stage1_block1_shortcut_pad").output)(x)
    np.testing.assert_array_equal(short[..., :1], x[:, ::2, ::2])
    assert not np.any(short[..., 1:])


def test_weights_depend_on_seed_and_name_alone() -> None:
    short, long = (graph_of(f"{{stages: [{{block: basic, channels: 4, repeat: {n}}}]}}") for n in (1, 3))
    one, other = build_model(short), build_model(long)
    initialise(one, short, 5)
    initialise(other, long, 5)
    for layer in one.layers:
        for mine, its in zip(layer.weights, other.get_layer(layer.name).weights, strict=True):
            np.testing.assert_array_equal(mine, its)
    first = np.asarray(one.get_layer("stage1_block1_conv1").kernel)
    assert not np.array_equal(first, other.get_layer("stage1_block2_conv1").kernel)
    initialise(one, short, 6)
    assert not np.array_equal(first, one.get_layer("stage1_block1_conv1").kernel)
    initialise(one, short, 5)
    np.testing.assert_array_equal(first, one.get_layer("stage1_block1_conv1").kernel)


def test_initialisers_have_the_spread_their_papers_say() -> None:
    for name, fan in (("he_normal", 2 / (9 * 64)), ("glorot_uniform", 2 / (9 * 64 + 9 * 64))):
        graph = graph_of(f"{{stem: none, initializer: {name}, stages: [{{block: vgg, channels: 64, convs: 2}}]}}")
        model = build_model(graph)
        initialise(model, graph, 0)
        kernel = np.asarray(model.get_layer("stage1_block1_conv2").kernel)
        assert kernel.var() == pytest.approx(fan, rel=0.05)


def test_zero_last_gamma_silences_the_branch() -> None:
    graph = graph_of("{zero_last_gamma: true, stages: [{block: basic, channels: 64}]}")
    model = build_model(graph)
    initialise(model, graph, 0)
    assert not np.any(model.get_layer("stage1_block1_norm2").gamma)
    assert np.all(np.asarray(model.get_layer("stage1_block1_norm1").gamma) == 1)


def test_kernels_are_those_of_convolutions_and_dense_layers() -> None:
    graph = graph_of(EVERY_KIND, (64, 64, 3))
    model = build_model(graph)
    found = kernels(model, graph)
    assert {variable.path for variable in found} == {v.path for v in model.trainable_weights if v.name == "kernel"}


def test_dropout_is_decided_by_seed_layer_and_step() -> None:
    graph = graph_of("{stages: [{block: vgg, channels: 4}], head: {hidden: [32, 32], dropout: 0.5}}")
    model = build_model(graph)

    def steps(seed: int, count: int) -> list[np.ndarray]:
        initialise(model, graph, seed)
        return [np.asarray(model(tf.ones((4, 16, 16, 1)), training=True)) for _ in range(count)]

    first, second = steps(1, 2)
    again = steps(1, 2)
    np.testing.assert_array_equal(first, again[0])
    np.testing.assert_array_equal(second, again[1])
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, steps(2, 1)[0])
