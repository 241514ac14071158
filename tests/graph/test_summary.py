"""The layer table, its parts and its totals."""

from __future__ import annotations

import json

import msgspec
import pytest

from tests.graph.networks import network, stage
from tui_ablate.graph import UnknownPart, summary
from tui_ablate.graph.parts import nodes_of, part_names, totals_of
from tui_ablate.graph.summary import rows, totals_rows

GRAPH = network(stage("basic", 64, repeat=2), stage("basic", 128, repeat=3, stride=2))


def test_the_json_is_the_one_that_programs_rely_on() -> None:
    made = json.loads(msgspec.json.encode(summary(GRAPH)))
    assert set(made) == {
        *("layers", "params", "trainable_params", "non_trainable_params"),
        *("macs", "activation_bytes", "receptive_field", "depth"),
    }
    assert made["layers"][1] == {
        "name": "stem_conv",
        "type": "convolution",
        "inputs": ["input"],
        "output_shape": [32, 32, 64],
        "params": 3 * 3 * 3 * 64,
        "macs": 32 * 32 * 3 * 3 * 3 * 64,
    }


def test_totals_are_sums_of_the_layers() -> None:
    made = summary(GRAPH)
    assert (
        made.params == sum(layer.params for layer in made.layers) == made.trainable_params + made.non_trainable_params
    )
    assert made.macs == sum(layer.macs for layer in made.layers)
    floats = 0
    for layer in made.layers:
        size = 1
        for side in layer.output_shape:
            size *= side
        floats += size
    assert made.activation_bytes == 4 * floats
    assert made.depth == 2 + 2 * 5


def test_parts_share_out_the_network() -> None:
    parts = [name for name in part_names(GRAPH) if "." not in name]
    assert parts == ["stem", "stage1", "stage2", "head"]
    for total in ("params", "trainable_params", "non_trainable_params", "macs", "depth", "shortcuts"):
        assert sum(getattr(totals_of(GRAPH, part), total) for part in parts) == getattr(GRAPH.totals, total)
    blocks = [f"stage2.block{number}" for number in (1, 2, 3)]
    assert sum(summary(GRAPH, block).macs for block in blocks) == summary(GRAPH, "stage2").macs


def test_a_part_can_be_a_stage_a_block_or_a_layer() -> None:
    assert {node.stage for node in nodes_of(GRAPH, "stage2")} == {2}
    assert {(node.stage, node.block) for node in nodes_of(GRAPH, "stage2.block1")} == {(2, 1)}
    assert nodes_of(GRAPH, "stage2_block1") == nodes_of(GRAPH, "stage2.block1")
    assert [layer.name for layer in summary(GRAPH, "logits").layers] == ["logits"]
    assert [layer.name for layer in summary(GRAPH, "head").layers] == ["head_pool", "logits"]
    assert totals_of(GRAPH, "stage2.block1").possible_shortcuts == 1
    assert totals_of(GRAPH, "stage2.block1").receptive_field == 3 + 2 * 2


@pytest.mark.parametrize(
    ("only", "says"),
    [
        ("stage3", "Did you mean stage"),
        ("stage2.block4", "Stage 2 has no block 4; its blocks are 1 to 3."),
        ("stagge1", "Did you mean stage1?"),
        ("logit", "Did you mean logits?"),
        ("", "stages are 1 to 2"),
        ("stage0", "stages are 1 to 2"),
        ("stage1.block9999999999999999999999", "no part called"),
        ("\x1b[31mx" * 99, r"\\x1b"),
    ],
)
def test_a_wrong_part_is_refused_plainly(only: str, says: str) -> None:
    with pytest.raises(UnknownPart, match=says) as refused:
        summary(GRAPH, only)
    assert str(refused.value).isprintable()


def test_rows_tell_what_the_residual_switch_removes() -> None:
    assert rows(GRAPH, "stage2.block1")[0] == (
        *("stage2_block1_conv1", "3×3/2 convolution", "16×16×128", "73,728", "18.87 M", ""),
    )
    noted = [name for name, *_, note in rows(GRAPH, "stage2.block1") if note == "removed when residual is off"]
    plain = network(stage("basic", 64, repeat=2), stage("basic", 128, repeat=3, stride=2), residual=False)
    kept = {node.name for node in nodes_of(plain, "stage2.block1")}
    assert noted == [node.name for node in nodes_of(GRAPH, "stage2.block1") if node.name not in kept]


def test_totals_for_a_screen() -> None:
    figures = dict(totals_rows(GRAPH, "stage1"))
    assert figures["parameters"] == "148,480"
    assert figures["receptive field"] == "9 pixels"
    assert figures["shortcuts"] == "2 of 2"
