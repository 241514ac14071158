"""Taking parts out of an experiment, one at a time: the study that needs no file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .experiment import Experiment
from .identity import identity, plain
from .load import experiment_of
from .overrides import key, put
from .problem import Problem, SpecError, nearest, shown
from .study import Study, against
from .study_file import SEEDS_DEFAULT
from .tree import Tree

OFF: dict[str, Any] = {
    "model.residual": False,
    "model.conv_bias": False,
    "model.normalization": "none",
    "model.head.hidden": [],
    "model.head.dropout": 0.0,
    "data.augment": [],
    "training.l2": 0.0,
    "training.weight_decay": 0.0,
    "training.label_smoothing": 0.0,
    "training.schedule": "constant",
    "training.optimizer.momentum": 0.0,
    "training.optimizer.nesterov": False,
    "training.optimizer.clipnorm": None,
}
"""What a field is set to when it is ablated."""


def ablation(experiment: Experiment, paths: Sequence[str], seeds: int = SEEDS_DEFAULT) -> Study:
    """The study of ``experiment`` minus each of ``paths`` (keys of OFF), one at a time. Raises SpecError."""
    variants = {experiment.name: experiment}
    for path in paths:
        where = f"--ablate {shown(path, 200)}"
        if path not in OFF:
            right = f"use one of {', '.join(OFF)}{nearest(path, OFF)}"
            raise SpecError([Problem(file=where, found="this field cannot be taken out", right=right)])
        value = put(plain(experiment), key(path), OFF[path], where)
        changed = experiment_of(value, (Tree(where, None, {}),)).experiment
        if identity(changed) == identity(experiment):
            right = "ablate something that is switched on"
            raise SpecError([Problem(file=where, found="the experiment does not have it", right=right)])
        variants[f"− {path.rpartition('.')[2]}"] = changed
    if len(variants) < 2:
        raise SpecError([Problem(file="--ablate", found="nothing to take out", right="as in --ablate model.residual")])
    return Study(
        name=f"{experiment.name}-ablation",
        about="",
        baseline=experiment.name,
        variants=variants,
        contrasts=against(experiment.name, variants),
        seeds=tuple(range(seeds)),
        metric="test.top1_error",
        delta=None,
    )
