"""Keras' optimizers, as an experiment asks for them."""

from __future__ import annotations

from typing import Any

from ..spec.experiment import Optimizer, Sgd
from .backend import keras, tf


def make(spec: Optimizer, weight_decay: float, variables: list[Any], kernels: list[Any]) -> Any:
    """The optimizer of ``spec``, built for ``variables``, with decoupled ``weight_decay`` on ``kernels`` only."""
    named: dict[str, Any] = {"learning_rate": spec.learning_rate, "clipnorm": spec.clipnorm}
    if isinstance(spec, Sgd):
        kind = keras.optimizers.SGD
        named |= {"momentum": spec.momentum, "nesterov": spec.nesterov}
    else:
        # AdamW is Adam with a default decay; the decay is always the experiment's own here.
        kind = keras.optimizers.Adam
        named |= {"beta_1": spec.beta_1, "beta_2": spec.beta_2, "epsilon": spec.epsilon}
    optimizer = kind(**named, weight_decay=weight_decay or None)
    if weight_decay:
        decayed = {id(kernel) for kernel in kernels}
        optimizer.exclude_from_weight_decay(var_list=[v for v in variables if id(v) not in decayed])
    optimizer.build(variables)
    return optimizer


def reset(optimizer: Any) -> None:
    """Back to the first step: all state to zero. The learning rate is set anew at every step."""
    for variable in optimizer.variables:
        variable.assign(tf.zeros(variable.shape, variable.dtype))  # not "times zero": it may hold NaN
