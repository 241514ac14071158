"""The blocks there are, and what a block must say of itself."""

from __future__ import annotations

import pytest

from tui_ablate.blocks import BLOCKS, Block, Place, Style, Wiring

STYLE = Style(
    conv_bias=False,
    normalization=None,
    activation="relu",
    initializer="he_normal",
    shortcut="B",
    stride_on="3x3",
    zero_last_gamma=False,
)


def test_the_words() -> None:
    assert set(BLOCKS) == {"basic", "bottleneck", "preact_basic", "preact_bottleneck", "vgg"}


@pytest.mark.parametrize("kind", BLOCKS.values(), ids=BLOCKS)
def test_every_block_says_what_it_is_and_gives_its_width(kind: type[Block]) -> None:
    assert kind.__doc__
    block = kind(channels=6)
    net = Wiring((8, 8, 6))
    last = block.wire(net, STYLE, Place(residual=kind.can_shortcut))
    assert last == net.layers[-1][0]
    assert net.shapes[last][2] == 6 * kind.expansion


@pytest.mark.parametrize("kind", BLOCKS.values(), ids=BLOCKS)
def test_a_block_without_its_shortcut_keeps_all_other_layers(kind: type[Block]) -> None:
    def names(residual: bool) -> list[str]:
        net = Wiring((8, 8, 6))
        kind(channels=6).wire(net, STYLE, Place(stride=2, first=True, residual=residual))
        return [name for name, _, _ in net.layers]

    off = names(False)
    assert [name for name in names(True) if "shortcut" not in name and name != "add"] == off


def test_a_block_that_does_not_wire_itself_is_an_error_of_its_author() -> None:
    with pytest.raises(TypeError, match="Block does not say how it is wired"):
        Block(channels=1).wire(Wiring((1, 1, 1)), STYLE, Place())
