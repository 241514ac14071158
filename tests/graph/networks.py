"""Networks made in a line, for tests that want no preset."""

from __future__ import annotations

from typing import Any

from tui_ablate.blocks import BLOCKS, Block
from tui_ablate.data.facts import Input
from tui_ablate.graph import LayerGraph, build
from tui_ablate.spec.experiment import Data, Experiment, Model, Sgd, Training

CIFAR = Input((32, 32, 3), 10)
IMAGENET = Input((224, 224, 3), 1000)


def stage(block: str, channels: int = 8, **fields: Any) -> Block:
    return BLOCKS[block](channels=channels, **fields)


def experiment(*stages: Block, **model: Any) -> Experiment:
    return Experiment(
        name="made",
        model=Model(stages=stages, **model),
        data=Data(name="cifar10"),
        training=Training(epochs=1, optimizer=Sgd(learning_rate=0.1)),
    )


def network(*stages: Block, enters: Input = CIFAR, **model: Any) -> LayerGraph:
    return build(experiment(*stages, **model), enters)


def local(graph: LayerGraph, part: str) -> list[str]:
    """Names of the layers of a part, without the part's own name."""
    return [node.name.removeprefix(part + "_") for node in graph.nodes if node.name.startswith(part + "_")]
