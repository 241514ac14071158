"""``training.watch``: the size of gradients and activations of each stage, taken along in the training step."""

from __future__ import annotations

from typing import Any

from ..graph.network import LayerGraph, Node
from .backend import keras, tf


class Watch:
    """One number a part of the network (stem, stage1, …, head) and step; what is not watched costs nothing.

    ``names`` are (what, part): first gradients, the Euclidean norm over a part's weights, then activations, the
    root mean square of what leaves a part.
    """

    def __init__(self, graph: LayerGraph, model: Any, what: tuple[str, ...]) -> None:
        self.model = model
        parts = _parts(graph)
        places = {id(variable): place for place, variable in enumerate(model.trainable_variables)}
        self._gradients: dict[str, list[int]] = {}
        if "gradients" in what:
            for part, nodes in parts.items():
                variables = [v for node in nodes for v in model.get_layer(node.name).trainable_variables]
                if variables:
                    self._gradients[part] = [places[id(v)] for v in variables]
        self._activations = list(parts) if "activations" in what else []
        ends = [model.get_layer(parts[part][-1].name).output for part in self._activations]
        self._forward = keras.Model(model.input, [model.output, *ends]) if ends else None
        self.names = [("gradients", part) for part in self._gradients]
        self.names += [("activations", part) for part in self._activations]

    def forward(self, x: Any) -> tuple[Any, list[Any]]:
        """Logits of a training step on ``x``, and the scale of each watched part's output."""
        if self._forward is None:
            return self.model(x, training=True), []
        logits, *ends = self._forward(x, training=True)
        return logits, [tf.sqrt(tf.reduce_mean(tf.square(tf.cast(end, tf.float32)))) for end in ends]

    def norms(self, gradients: list[Any]) -> list[Any]:
        """The norm of each watched part's gradient, in the order of ``names``."""
        return [tf.linalg.global_norm([gradients[place] for place in places]) for places in self._gradients.values()]


def _parts(graph: LayerGraph) -> dict[str, list[Node]]:
    parts: dict[str, list[Node]] = {}
    for node in graph.nodes[1:]:
        name = f"stage{node.stage}" if node.stage else "head" if any(p != "stem" for p in parts) else "stem"
        parts.setdefault(name, []).append(node)
    return parts
