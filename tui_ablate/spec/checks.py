"""What types cannot say: rules between fields, and values no experiment can have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from ..blocks import Block
from .experiment import Cosine, Data, Experiment, GroupNormalization, Model, Stage, Steps, Training
from .places import NAME_RIGHT, unsafe
from .problem import shown
from .tree import Key

Found = tuple[Key, str, str]
"""(path, what was found, what would be right)"""

BLOCKS_MOST = 2_000
_PART = r"[A-Za-z_][\w-]*(?:\[(?:-?\d+%?)?:(?:-?\d+%?)?\])?"
SET = re.compile(r"folder:.*\S.*|\w[\w.+-]*(?:/\w[\w.+-]*)?(?::[\d.*]+)?", re.ASCII)
"""``folder:PATH``, or a TFDS name, as in ``imagenette/320px:1.0.0``."""
SPLIT = re.compile(rf"{_PART}(?:\+{_PART})*")


def checks(experiment: Experiment) -> Iterator[Found]:
    """All rules that ``experiment`` breaks."""
    yield from _texts(experiment.name, experiment.about)
    yield from _model(experiment.model)
    yield from _data(experiment.data)
    yield from _training(experiment.training)


def checks_of_parts(value: dict[str, Any], refused: Iterable[Key]) -> Iterator[Found]:
    """The rules broken by a preset that cannot be decoded, as far as its sound parts tell.

    ``refused``: paths of what decoding refused; nothing is said about the fields they lie in.
    """
    rules: tuple[tuple[str, Any, Callable[[Any], Iterator[Found]]], ...] = (
        ("model", Model, _model),
        ("data", Data, _data),
        ("training", Training, _training),
    )
    name, about = value.get("name"), value.get("about")
    yield from _texts(name if isinstance(name, str) else "unnamed", about if isinstance(about, str) else "")
    for section, kind, rule in rules:
        part = value.get(section)
        if not isinstance(part, dict):
            continue
        left_out = {path[1] for path in refused if len(path) > 1 and path[0] == section}
        sound = _STAND_INS[section] | {field: own for field, own in part.items() if field not in left_out}
        decoded = _tried(sound, kind)
        if decoded is not None:
            yield from (found for found in rule(decoded) if found[0][1] not in left_out)
        stages = part.get("stages") if "stages" in left_out else None
        for index, stage in enumerate(stages if isinstance(stages, list) else ()):
            decoded = _tried(stage, Stage)
            if decoded is not None:
                yield from _stage(index, decoded)


_STAND_INS: dict[str, dict[str, Any]] = {
    "model": {"stages": [{"block": "basic", "channels": 64}]},
    "data": {"name": "digits"},
    "training": {"epochs": 100_000, "optimizer": {"name": "sgd", "learning_rate": 0.1}},
}
"""What stands for required fields that are missing, chosen so that it breaks no rule itself."""


def _tried(value: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, OverflowError):
        return None  # told already, by the schema


def _texts(name: str, about: str) -> Iterator[Found]:
    why = unsafe(name)
    if why:
        yield ("name",), why, NAME_RIGHT
    if not printable(about):
        yield ("about",), f"found {shown(about)}", "leave out control characters"


def printable(text: str) -> bool:
    """Whether ``text`` is free of control characters but line ends and tabs."""
    return all(c.isprintable() or c in "\n\t" for c in text)


def _stage(index: int, stage: Block) -> Iterator[Found]:
    at: Key = ("model", "stages", index)
    if stage.kernel % 2 == 0:
        yield (*at, "kernel"), f"found {stage.kernel}", "give an odd number"
    if isinstance(stage.residual, tuple) and len(stage.residual) != stage.repeat:
        right = f"give one for each of the {stage.repeat} blocks, or a single true or false"
        yield (*at, "residual"), f"found {len(stage.residual)} values", right
    if not stage.can_shortcut and stage.residual not in (None, False):
        right = "this kind of block has no shortcut; leave it out"
        yield (*at, "residual"), f"found {shown(stage.residual)}", right


def _model(model: Model) -> Iterator[Found]:
    blocks = sum(stage.repeat for stage in model.stages)
    for index, stage in enumerate(model.stages):
        yield from _stage(index, stage)
    if blocks > BLOCKS_MOST:
        yield ("model", "stages"), f"{blocks:,} blocks in all", f"build at most {BLOCKS_MOST:,}"
    if model.zero_last_gamma and not any(stage.ends_normalised for stage in model.stages):
        right = "leave it out: no branch of these blocks ends in a normalisation"
        yield ("model", "zero_last_gamma"), "found true", right
    if len(model.head.hidden) > 20:
        yield ("model", "head", "hidden"), f"{len(model.head.hidden)} layers", "give at most 20"
    if isinstance(model.normalization, GroupNormalization):
        groups = model.normalization.groups
        for index, stage in enumerate(model.stages):
            if stage.channels % groups:
                right = f"give a multiple of the {groups} groups of model.normalization"
                yield ("model", "stages", index, "channels"), f"found {stage.channels}", right


def _data(data: Data) -> Iterator[Found]:
    for field in ("name", "data_dir"):
        text = getattr(data, field)
        if text is not None and not text.isprintable():
            yield ("data", field), f"found {shown(text)}", "leave out control characters"
    if not SET.fullmatch(data.name):
        yield ("data", "name"), f"found {shown(data.name)}", "give digits, a TFDS name, or folder:PATH"
    for field in ("train", "validation", "test"):
        split = getattr(data, field)
        if isinstance(split, str) and not SPLIT.fullmatch(split.replace(" ", "")):
            yield ("data", field), f"found {shown(split)}", "give a split expression, as train[:80%]"
    if not isinstance(data.validation, str) and not 0 < data.validation < 1:
        right = "give a share of the training split between 0 and 1, a split expression, or test"
        yield ("data", "validation"), f"found {data.validation}", right
    if len(set(data.augment)) != len(data.augment):
        yield ("data", "augment"), f"found {', '.join(data.augment)}", "name each augmentation once"


def _training(training: Training) -> Iterator[Found]:
    schedule = training.schedule
    if schedule.warmup > training.epochs:
        yield ("training", "schedule", "warmup"), f"found {schedule.warmup}", "give at most training.epochs"
    if isinstance(schedule, Steps) and list(schedule.at) != sorted(set(schedule.at)):
        yield ("training", "schedule", "at"), f"found {list(schedule.at)}", "give rising numbers of epochs"
    if isinstance(schedule, Cosine) and schedule.warmup == training.epochs and training.epochs > 0:
        yield ("training", "schedule", "warmup"), f"found {schedule.warmup}", "leave epochs for the cosine itself"
    if training.label_smoothing == 1:
        yield ("training", "label_smoothing"), "found 1", "give less than 1: nothing of the label would be left"
    if len(set(training.watch)) != len(training.watch):
        yield ("training", "watch"), f"found {', '.join(training.watch)}", "name each once"
    if training.optimizer.learning_rate > 1e6:
        found = f"found {training.optimizer.learning_rate}"
        yield ("training", "optimizer", "learning_rate"), found, "give at most a million"
