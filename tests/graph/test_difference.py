"""What one network has and another has not."""

from __future__ import annotations

from tests.graph.networks import network, stage
from tui_ablate.graph import difference
from tui_ablate.graph.difference import lines, totals_rows

STAGES = (stage("basic", 64, repeat=2), stage("basic", 128, stride=2))
RESIDUAL, PLAIN = network(*STAGES), network(*STAGES, residual=False)


def test_nothing_differs_from_itself() -> None:
    found = difference(RESIDUAL, network(*STAGES))
    assert found.same
    assert lines(found, "a", "b") == ["The networks are the same."]


def test_without_shortcuts_only_their_layers_are_gone() -> None:
    found = difference(RESIDUAL, PLAIN)
    assert [row.name for row in found.only_a] == [
        "stage1_block1_add",
        "stage1_block2_add",
        "stage2_block1_shortcut_subsample",
        "stage2_block1_conv_shortcut",
        "stage2_block1_norm_shortcut",
        "stage2_block1_add",
    ]
    assert not found.only_b
    assert not found.changed
    assert found.change("params") == -(64 * 128 + 4 * 128)
    assert found.change("depth") == 0
    assert ("shortcuts", "3", "0", "−3") in totals_rows(found)


def test_a_changed_layer_says_what_changed() -> None:
    wider = network(STAGES[0], stage("basic", 256, stride=2))
    (first, *_) = difference(RESIDUAL, wider).changed
    assert first.name == "stage2_block1_conv1"
    assert first.what == (
        "output 16×16×128 → 16×16×256",
        "parameters 73,728 → 147,456",
        "MACs 18.87 M → 37.75 M",
    )
    other = network(*STAGES, initializer="glorot_uniform")
    assert difference(RESIDUAL, other).changed[0].what == ("initializer he_normal → glorot_uniform",)


def test_lines_for_a_terminal() -> None:
    text = lines(difference(RESIDUAL, PLAIN), "resnet", "plain")
    assert text[0].split() == ["resnet", "plain", "difference"]
    assert "only in resnet: 6 layers" in text
