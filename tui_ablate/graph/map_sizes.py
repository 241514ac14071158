"""The finding ``maps_below_kernel``: stages whose maps are smaller than their kernels."""

from __future__ import annotations

from ..blocks import Shape
from ..blocks.layers import Convolution
from .network import LayerGraph


def maps_below_kernel(graph: LayerGraph) -> dict[int, str]:
    """By number, each stage with a convolution wider than the map it reads, and what that means in plain sentences."""
    shapes: dict[str, Shape] = {}
    smallest: dict[int, tuple[int, int, int]] = {}
    strided_stem = False
    for node in graph.nodes:
        shapes[node.name] = node.output_shape
        layer = node.layer
        if not isinstance(layer, Convolution):
            continue
        height, width, _ = shapes[node.inputs[0]]
        if not node.stage:
            strided_stem = layer.stride > 1
        elif min(height, width) < layer.kernel:
            found = (height, width, layer.kernel)
            smallest[node.stage] = min(smallest.get(node.stage, found), found)
    advice = "Use the cifar stem." if strided_stem else "Use larger images or fewer strides."
    return {
        stage: f"Stage {stage} sees {height}×{width} maps: its {kernel}×{kernel} kernels always read padding. {advice}"
        for stage, (height, width, kernel) in smallest.items()
    }
