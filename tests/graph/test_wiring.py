"""Which layers each block has, what they are called, and who feeds whom."""

from __future__ import annotations

import pytest

from tests.graph.networks import CIFAR, IMAGENET, local, network, stage
from tui_ablate.blocks.layers import Convolution, Input, Subsample
from tui_ablate.data.facts import Input as DataInput
from tui_ablate.graph import LayerGraph, NetworkError
from tui_ablate.spec.experiment import GroupNormalization, Head, NoNormalization

PROJECTED = ["conv_shortcut", "norm_shortcut"]
NARROWED = ["shortcut_subsample", *PROJECTED]
SMALL = DataInput((8, 8, 3), 10)


def feeds(graph: LayerGraph, name: str) -> tuple[str, ...]:
    (node,) = (node for node in graph.nodes if node.name == name)
    return node.inputs


def test_a_residual_network_layer_by_layer() -> None:
    graph = network(stage("basic", 64), stage("basic", 128, stride=2))
    assert [node.name for node in graph.nodes[:4]] == ["input", "stem_conv", "stem_norm", "stem_act"]
    assert local(graph, "stage1_block1") == ["conv1", "norm1", "act1", "conv2", "norm2", "add", "act2"]
    assert local(graph, "stage2_block1") == [
        *("conv1", "norm1", "act1", "conv2", "norm2"),
        *("shortcut_subsample", "conv_shortcut", "norm_shortcut", "add", "act2"),
    ]
    assert [node.name for node in graph.nodes[-2:]] == ["head_pool", "logits"]
    assert feeds(graph, "stage1_block1_add") == ("stage1_block1_norm2", "stem_act")
    assert feeds(graph, "stage2_block1_add") == ("stage2_block1_norm2", "stage2_block1_norm_shortcut")


def test_the_bottleneck_strides_where_it_is_told() -> None:
    for where, strides in (("3x3", (1, 2, 1)), ("1x1", (1, 1, 1))):
        graph = network(stage("bottleneck", 8, stride=2), stride_on=where)
        convolutions = [n.layer for n in graph.nodes if n.stage and isinstance(n.layer, Convolution)]
        assert tuple(c.stride for c in convolutions[:3]) == strides
        assert graph.nodes[-3].output_shape == (16, 16, 32)
    assert feeds(graph, "stage1_block1_conv1") == ("stage1_block1_conv1_subsample",)


@pytest.mark.parametrize("block", ["basic", "bottleneck", "preact_basic", "preact_bottleneck", "vgg"])
@pytest.mark.parametrize("where", ["1x1", "3x3"])
def test_no_convolution_of_1x1_strides(block: str, where: str) -> None:
    """It would corrupt the heap in oneDNN's filter gradient for odd channel counts (oneDNN issue 6035)."""
    graph = network(stage(block, 20, stride=2, kernel=1), stage(block, 20, stride=2), stride_on=where)
    strided = [n.layer for n in graph.nodes if isinstance(n.layer, Convolution) and n.layer.stride > 1]
    assert all(layer.kernel > 1 for layer in strided)
    assert sum(isinstance(n.layer, Subsample) for n in graph.nodes) > 0


def test_preactivation_activates_once_before_the_first_split() -> None:
    """He et al. 2016 (arXiv:1603.05027), appendix: the first unit's shortcut carries the activated map."""
    graph = network(stage("preact_basic", 16, repeat=2), stage("preact_basic", 32, stride=2), stem_channels=16)
    assert local(graph, "stem") == ["conv", "norm", "act"]
    assert local(graph, "stage1_block1") == ["conv1", "norm2", "act2", "conv2", "add"]
    assert feeds(graph, "stage1_block1_add") == ("stage1_block1_conv2", "stem_act")
    assert local(graph, "stage1_block2") == ["norm1", "act1", "conv1", "norm2", "act2", "conv2", "add"]
    assert feeds(graph, "stage1_block2_add") == ("stage1_block2_conv2", "stage1_block1_add")
    # a projection reads the activated map and is not normalised
    assert feeds(graph, "stage2_block1_shortcut_subsample") == ("stage2_block1_act1",)
    assert feeds(graph, "stage2_block1_add") == ("stage2_block1_conv2", "stage2_block1_conv_shortcut")
    assert local(graph, "head") == ["norm", "act", "pool"]


def test_preactivation_without_a_stem_activates_in_its_first_block() -> None:
    graph = network(stage("preact_basic", 16), stem="none")
    assert local(graph, "stage1_block1")[:3] == ["norm1", "act1", "conv1"]


@pytest.mark.parametrize(
    ("option", "first", "narrow", "same"),
    [
        ("A", [], ["shortcut_subsample", "shortcut_pad"], []),
        ("B", [], NARROWED, []),
        ("C", PROJECTED, NARROWED, PROJECTED),
        ("stage", PROJECTED, NARROWED, []),
    ],
)
def test_shortcut_options(option: str, first: list[str], narrow: list[str], same: list[str]) -> None:
    """A, B, C: He et al. 2015 (arXiv:1512.03385), section 4.1."""
    graph = network(stage("basic", 64), stage("basic", 128, stride=2, repeat=2), shortcut=option)
    found = [
        [name for name in local(graph, part) if "shortcut" in name]
        for part in ("stage1_block1", "stage2_block1", "stage2_block2")
    ]
    assert found == [first, narrow, same]


def test_the_word_of_a_block_beats_its_stage_and_that_the_network() -> None:
    graph = network(
        stage("basic", 64, repeat=2),
        stage("basic", 64, repeat=2, residual=True),
        stage("basic", 64, repeat=2, residual=(False, True)),
        residual=False,
    )
    added = {(n.stage, n.block) for n in graph.nodes if n.name.endswith("_add")}
    assert added == {(2, 1), (2, 2), (3, 2)}
    assert (graph.totals.shortcuts, graph.totals.possible_shortcuts) == (3, 6)


def test_stems_and_heads() -> None:
    assert local(network(stage("basic"), enters=IMAGENET), "stem") == ["pad", "conv", "norm", "act", "pool_pad", "pool"]
    assert network(stage("basic"), enters=IMAGENET).nodes[6].output_shape == (56, 56, 64)
    graph = network(stage("vgg", convs=2), stem="none", head=Head(pool="flatten", hidden=(40, 20), dropout=0.5))
    assert local(graph, "stage1_block1") == ["conv1", "act1", "conv2", "act2", "pool"]
    hidden = ["dense1", "dense1_act", "dropout1", "dense2", "dense2_act", "dropout2"]
    assert local(graph, "head") == ["flatten", *hidden]
    assert isinstance(graph.nodes[0].layer, Input)


def test_normalization_can_be_left_out_and_zeroed() -> None:
    bare = network(stage("basic", 64), normalization=NoNormalization())
    assert local(bare, "stage1_block1") == ["conv1", "act1", "conv2", "add", "act2"]
    graph = network(stage("bottleneck", 8), zero_last_gamma=True)
    zeroed = [node.name for node in graph.nodes if getattr(node.layer, "zero_gamma", False)]
    assert zeroed == ["stage1_block1_norm3"]


@pytest.mark.parametrize(
    ("graph", "field", "says"),
    [
        (lambda: network(*[stage("basic", stride=2)] * 5, enters=SMALL), "model.stages.3.stride", "already 1x1"),
        (lambda: network(*[stage("vgg")] * 4, stem="none", enters=SMALL), "model.stages.3", "does not fit a 1x1 map"),
        (lambda: network(stage("basic", 8), shortcut="A"), "model.stages.0", "cannot narrow 64 channels to 8"),
        (lambda: network(stage("basic", repeat=3, residual=(True,))), "model.stages.0.residual", "1 values for 3"),
        (
            lambda: network(stage("basic", 64), normalization=GroupNormalization(groups=48)),
            "model.stem_channels",
            "64 channels do not divide into 48 groups",
        ),
    ],
)
def test_an_impossible_network_names_the_field(graph: object, field: str, says: str) -> None:
    with pytest.raises(NetworkError, match=says) as refused:
        graph()  # type: ignore[operator]
    assert refused.value.field == field


def test_images_need_not_be_square() -> None:
    graph = network(stage("basic", 64, stride=2), enters=DataInput((1, 9, 1), 2))
    assert graph.nodes[-3].output_shape == (1, 5, 64)
    assert CIFAR.shape == (32, 32, 3)
