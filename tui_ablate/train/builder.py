"""Layer graph -> Keras functional model of the same layer names.

Only stock Keras layers are used, so that a saved model loads in plain Keras without this package. The model's
input is the scaled image, its output the logits in float32 (no softmax: that is part of the loss).
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from ..blocks import layers as kinds
from ..graph.network import LayerGraph, Node
from .backend import keras, tf
from .seeds import derived

POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16"}


class BuildError(RuntimeError):
    """The Keras model does not match its graph: an error of the program, never of the user."""


def build_model(graph: LayerGraph, precision: str = "float32") -> Any:
    """The Keras model of ``graph``, its layers called as the graph's nodes.

    ``precision`` bfloat16 computes all but the logits in bfloat16 and keeps weights in float32. Weights are
    Keras' own random ones: ``initialise`` sets those that a seed decides. Raises BuildError where Keras sees
    another shape or count than the graph.
    """
    policy = POLICIES[precision]
    outputs: dict[str, Any] = {}
    for node in graph.nodes:
        if isinstance(node.layer, kinds.Input):
            outputs[node.name] = keras.Input(node.output_shape, name=node.name)
            continue
        inputs = [outputs[name] for name in node.inputs]
        dtype = "float32" if node is graph.nodes[-1] else policy
        layer = _MAKERS[type(node.layer)](node.layer, name=node.name, dtype=dtype)
        outputs[node.name] = layer(inputs if len(inputs) > 1 else inputs[0])
    model = keras.Model(outputs[graph.nodes[0].name], outputs[graph.nodes[-1].name], name="network")
    _compare(graph, model)
    return model


def initialise(model: Any, graph: LayerGraph, seed: int) -> None:
    """Set every weight and every dropout's state to what ``seed`` decides: f(seed, name of the layer)."""
    for node in graph.nodes:
        layer = model.get_layer(node.name)
        for weight in layer.weights:
            weight.assign(_initial(node.layer, weight, derived(seed, "weights", node.name)))
        if isinstance(node.layer, kinds.Dropout):
            # Keras counts the second number up at every training step: dropout is f(seed, layer, step).
            layer.seed_generator.state.assign([derived(seed, "dropout", node.name), 0])


def kernels(model: Any, graph: LayerGraph) -> list[Any]:
    """The kernels of convolutions and dense layers, in the graph's order: what L2 and weight decay act on."""
    return [
        model.get_layer(node.name).kernel
        for node in graph.nodes
        if isinstance(node.layer, kinds.Convolution | kinds.Dense)
    ]


def _initial(layer: kinds.Layer, weight: Any, seed: int) -> Any:
    if weight.name == "kernel":
        return _initializer(layer.initializer, seed)(weight.shape, dtype=weight.dtype)
    if weight.name == "gamma":
        return tf.zeros(weight.shape) if layer.zero_gamma else tf.ones(weight.shape)
    if weight.name == "moving_variance":
        return tf.ones(weight.shape)
    if weight.name in ("bias", "beta", "moving_mean"):
        return tf.zeros(weight.shape)
    raise BuildError(f"no initial value is known for the weight {weight.path}")


def _initializer(name: str, seed: int) -> Any:
    return keras.initializers.get({"class_name": name, "config": {"seed": seed}})


def _convolution(layer: kinds.Convolution, **named: Any) -> Any:
    return keras.layers.Conv2D(
        layer.filters,
        layer.kernel,
        strides=layer.stride,
        padding=layer.padding,
        use_bias=layer.bias,
        kernel_initializer=layer.initializer,
        **named,
    )


def _normalization(layer: kinds.Normalization, **named: Any) -> Any:
    gamma = "zeros" if layer.zero_gamma else "ones"
    if layer.groups:
        return keras.layers.GroupNormalization(layer.groups, epsilon=layer.epsilon, gamma_initializer=gamma, **named)
    return keras.layers.BatchNormalization(
        momentum=layer.momentum, epsilon=layer.epsilon, gamma_initializer=gamma, **named
    )


def _global_pooling(layer: kinds.GlobalPooling, **named: Any) -> Any:
    kind = keras.layers.GlobalAveragePooling2D if layer.kind == "average" else keras.layers.GlobalMaxPooling2D
    return kind(**named)


class _PadChannels:
    """Appending zero channels with a stock layer: read as channels-first, the last axis of a map is its width."""

    def __init__(self, layer: kinds.PadChannels, **named: Any) -> None:
        self.channels, self.named = layer.channels, named

    def __call__(self, x: Any) -> Any:
        missing = self.channels - x.shape[-1]
        padding = ((0, 0), (0, missing))
        return keras.layers.ZeroPadding2D(padding, data_format="channels_first", **self.named)(x)


_MAKERS: dict[type[kinds.Layer], Callable[..., Any]] = {
    kinds.ZeroPadding: lambda layer, **named: keras.layers.ZeroPadding2D(layer.pixels, **named),
    kinds.Convolution: _convolution,
    kinds.Normalization: _normalization,
    kinds.Activation: lambda layer, **named: keras.layers.Activation(layer.function, **named),
    kinds.MaxPooling: lambda layer, **named: keras.layers.MaxPooling2D(
        layer.size, strides=layer.stride, padding=layer.padding, **named
    ),
    kinds.Subsample: lambda layer, **named: keras.layers.AveragePooling2D(
        1, strides=layer.stride, padding="same", **named
    ),
    kinds.PadChannels: _PadChannels,
    kinds.Add: lambda layer, **named: keras.layers.Add(**named),
    kinds.GlobalPooling: _global_pooling,
    kinds.Flatten: lambda layer, **named: keras.layers.Flatten(**named),
    kinds.Dropout: lambda layer, **named: keras.layers.Dropout(layer.rate, **named),
    kinds.Dense: lambda layer, **named: keras.layers.Dense(layer.units, kernel_initializer=layer.initializer, **named),
}


def _compare(graph: LayerGraph, model: Any) -> None:
    """Refuse a model whose layers, shapes or counts are not the graph's."""
    names = [node.name for node in graph.nodes]
    if sorted(layer.name for layer in model.layers) != sorted(names):
        raise BuildError(f"layers differ from the graph's: {set(names) ^ {layer.name for layer in model.layers}}")
    for node in graph.nodes:
        _compare_layer(node, model.get_layer(node.name))


def _compare_layer(node: Node, layer: Any) -> None:
    shape = tuple(layer.output.shape[1:])
    trainable = sum(prod(w.shape) for w in layer.trainable_weights)
    fixed = sum(prod(w.shape) for w in layer.non_trainable_weights)
    found = (shape, trainable, fixed)
    right = (node.output_shape, node.trainable_params, node.non_trainable_params)
    if found != right:
        raise BuildError(f"{node.name}: Keras has (shape, trainable, fixed) {found}, the graph {right}")
