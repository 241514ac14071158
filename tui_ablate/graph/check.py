"""Whether what a file says can be built on its data: the same question for `validate`, the app and every submit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from ..data import DataError, Facts, enters, facts, splits
from ..data.facts import Input
from ..spec import (
    Data,
    Experiment,
    Loaded,
    Problem,
    SpecError,
    bounded,
    is_study,
    load_study_with_places,
    load_with_places,
)
from .build import NetworkError, build, output_units
from .network import LayerGraph

Found = tuple[str, str, str]
"""(field, what was found, what would be right)"""

IMPOSSIBLE = "no such network can be built"


def check(source: str | Path, shape: Input | None = None) -> tuple[Problem, ...]:
    """Every problem of a preset or study, by name or path; none where it is good.

    Splits are looked up and the network is built as far as the data are known without download. ``shape``: what
    enters, whatever the data; nothing is asked of them then.
    """
    try:
        if is_study(source):
            return bounded(_of_variants(load_study_with_places(source).variants, shape))
        loaded = load_with_places(source)
    except SpecError as error:
        return error.problems
    return tuple(loaded.problem(*found) for found in unusable(loaded.experiment, shape))


def _of_variants(variants: dict[str, Loaded], shape: Input | None) -> Iterator[Problem]:
    """The problems of a study's variants; what several of them have from one line is told once."""
    told = set()
    for label, loaded in variants.items():
        for found in unusable(loaded.experiment, shape):
            problem = loaded.problem(*found)
            if problem not in told:
                told.add(problem)
                yield msgspec.structs.replace(problem, field=f"variants.{label}: {problem.field}")


def built(loaded: Loaded, shape: Input) -> LayerGraph:
    """The network of ``loaded`` for ``shape``. Raises SpecError, with file and line, where it is impossible."""
    try:
        return build(loaded.experiment, shape)
    except NetworkError as error:
        raise SpecError([loaded.problem(error.field, IMPOSSIBLE, error.why)]) from None


def unusable(experiment: Experiment, shape: Input | None = None) -> list[Found]:
    """Why ``experiment`` cannot be trained on its data: every reason that is certain without download."""
    if shape is not None:
        return list(dict.fromkeys(_network(experiment, shape)))
    try:
        known = facts(experiment.data)
    except DataError as error:
        return [("data.name", f"{experiment.data.name} cannot be used", str(error))]
    problems = [*_splits(experiment.data, known), *_loss(experiment, known.classes)]
    try:
        shape = enters(experiment.data, known)
    except DataError as error:
        # How many classes there are may come with the download; that pictures differ in size stays so.
        if experiment.data.image_size is None and None in (known.height, known.width):
            problems.append(("data.image_size", "it must be given", str(error)))
        elif known.prepared:
            problems.append(("data.name", f"{experiment.data.name} cannot be used", str(error)))
        return problems
    return list(dict.fromkeys([*problems, *_network(experiment, shape)]))


def _network(experiment: Experiment, shape: Input) -> Iterator[Found]:
    yield from _loss(experiment, shape.classes)
    try:
        build(experiment, shape)
    except NetworkError as error:
        yield error.field, IMPOSSIBLE, error.why


def _loss(experiment: Experiment, classes: int) -> Iterator[Found]:
    """What the loss asks of the classes: told even where the network is impossible before it."""
    try:
        if classes >= 2:
            output_units(experiment, classes)
    except NetworkError as error:
        yield error.field, IMPOSSIBLE, error.why


def _splits(data: Data, known: Facts) -> Iterator[Found]:
    """What is wrong with each split by itself, else with all of them together."""
    if not known.splits:
        return
    sound = msgspec.structs.replace(data, train=next(iter(known.splits)), validation=0.1, test=None)
    wrong = False
    for field in ("train", "validation", "test"):
        try:
            splits(msgspec.structs.replace(sound, **{field: getattr(data, field)}), known)
        except DataError as error:
            wrong = True
            yield f"data.{field}", "it is a split that cannot be used", str(error)
    train = None if wrong else splits(data, known).train
    if train == 0:
        yield "data.train", f"found {data.train}", "leave examples to train on"
    elif train is not None and data.drop_remainder and data.batch_size > train:
        right = f"give at most {train}, or leave out data.drop_remainder: there are {train} examples to train on"
        yield "data.batch_size", f"found {data.batch_size}", right
