"""The stack drawn as text, and what each piece of it stands for."""

from __future__ import annotations

import pytest

from tests.graph.networks import IMAGENET, network, stage
from tui_ablate import spec
from tui_ablate.data.facts import Input
from tui_ablate.graph import LayerGraph, build, drawing
from tui_ablate.graph.picture import Line, lines, stage_block_at, text

MIXED = """\
in     32×32     3
stem   32×32    64   3×3 convolution
1  basic ×3          ╭──┬──┬──╮
       32×32    64   ┴██┴██┴██┴
2  basic ×4          ╭◇─╮     ╭──╮
       16×16   128   ┴██┴██─██┴██┴
3  bottleneck ×1
         8×8    64   ─███─
head                 average → 10
◇ 1×1 projection shortcut"""


def drawn(graph: LayerGraph, width: int = 60) -> list[Line]:
    return lines(drawing(graph), width)


def mixed() -> LayerGraph:
    return network(
        stage("basic", 64, repeat=3),
        stage("basic", 128, repeat=4, stride=2, residual=(True, False, False, True)),
        stage("bottleneck", 16, stride=2, residual=False),
    )


def test_arcs_stand_where_shortcuts_are() -> None:
    assert "\n".join(text(drawn(mixed()))) == MIXED


def test_a_switch_keeps_every_line_in_its_place() -> None:
    stages = (stage("basic", 64, repeat=3), stage("basic", 64, repeat=5))
    on, off = text(drawn(network(*stages))), text(drawn(network(*stages, residual=False)))
    assert len(on) == len(off)
    assert off[2:4] == ["1  basic ×3", "       32×32    64   ─██─██─██─"]


def test_kinds_of_shortcuts() -> None:
    made = drawing(network(stage("basic", 64), stage("basic", 128, stride=2), shortcut="A"))
    assert [block.shortcut for s in made.stages for block in s.blocks] == ["identity", "padded"]
    made = drawing(network(stage("vgg"), stem="none"))
    assert [block.shortcut for s in made.stages for block in s.blocks] == ["none"]
    assert made.stem_shape is None


def test_a_vgg_shows_its_convolutions() -> None:
    made = text(drawn(build(spec.load("vgg-16"), Input((32, 32, 3), 10))))
    assert [line.split()[-1] for line in made if "█" in line] == ["─██─", "─██─", "─███─", "─███─", "─███─"]
    assert made[-1].endswith("flatten → 4,096 → 4,096 → 10")


@pytest.mark.parametrize("width", [46, 58, 70, 120])
@pytest.mark.parametrize("name", ["resnet-152", "cifar-resnet-110", "cifar-preact-resnet-110", "vgg-19", "resnet-18"])
def test_every_block_is_drawn_once_within_the_width(name: str, width: int) -> None:
    graph = build(spec.load(name), IMAGENET)
    picture = drawn(graph, width)
    assert max(map(len, text(picture))) <= width
    bodies = [(s.stage, s.block) for line in picture for s in line if s.role == "block"]
    assert bodies == sorted({(node.stage, node.block) for node in graph.nodes if node.stage})


def test_long_stages_go_on_below_and_say_which_blocks() -> None:
    rows = text(drawn(build(spec.load("resnet-152"), IMAGENET), 70))
    assert rows[6].startswith("3  bottleneck ×36")
    assert rows[9].split()[:3] == ["19", "to", "36"]
    assert rows[9].count("█") == rows[7].count("█") == 18


def test_even_a_very_narrow_screen_gets_a_picture() -> None:
    assert text(drawn(mixed(), 10))


def test_a_place_on_the_screen_has_a_block() -> None:
    picture = drawn(mixed())
    row = 5  # the blocks of stage 2
    assert stage_block_at(picture, row, 0) == (2, 0)
    assert stage_block_at(picture, row, text(picture)[row].index("█")) == (2, 1)
    assert stage_block_at(picture, row - 1, text(picture)[row].rindex("█")) == (2, 4)
    assert stage_block_at(picture, row, 59) == (0, 0)
    assert stage_block_at(picture, 99, 0) == stage_block_at(picture, -1, 0) == (0, 0)
    assert stage_block_at(picture, 0, 0) == (0, 0)


def test_maps_below_the_kernel_are_pointed_out() -> None:
    stages = [stage("basic", width, stride=stride) for width, stride in ((64, 1), (128, 2), (256, 2), (512, 2))]
    made = drawing(network(*stages, stem="imagenet"))
    assert made.warnings == (
        "Stage 3 sees 2×2 maps: its 3×3 kernels always read padding. Use the cifar stem.",
        "Stage 4 sees 1×1 maps: its 3×3 kernels always read padding. Use the cifar stem.",
    )
    assert ["⚠" in line for line in text(lines(made, 60))].count(True) == 2
    assert not drawing(network(*stages)).warnings
