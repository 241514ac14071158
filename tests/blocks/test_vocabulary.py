"""The blocks there are, and what a block must say of itself."""

from __future__ import annotations

import msgspec
import pytest

from tui_ablate.blocks import BLOCKS, Block, Place, Style, Wiring
from tui_ablate.blocks.layers import Normalization

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


@pytest.mark.parametrize("kind", BLOCKS.values(), ids=BLOCKS)
@pytest.mark.parametrize("residual", [True, False])
def test_zero_gamma_is_only_where_a_branch_ends_beside_a_shortcut(kind: type[Block], residual: bool) -> None:
    """Elsewhere a ReLU at 0, which has no gradient, would keep the block silent for good."""
    net = Wiring((8, 8, 6))
    style = msgspec.structs.replace(STYLE, normalization=Normalization(), zero_last_gamma=True)
    kind(channels=6).wire(net, style, Place(residual=residual and kind.can_shortcut))
    zeroed = [name for name, layer, _ in net.layers if isinstance(layer, Normalization) and layer.zero_gamma]
    feeds_sum = {name for _, _, inputs in net.layers if len(inputs) == 2 for name in inputs}
    assert len(zeroed) == (kind.ends_normalised and residual)
    assert set(zeroed) <= feeds_sum


def test_a_block_that_does_not_wire_itself_is_an_error_of_its_author() -> None:
    with pytest.raises(TypeError, match="Block does not say how it is wired"):
        Block(channels=1).wire(Wiring((1, 1, 1)), STYLE, Place())
