"""Whether what a file says can be built on its data: the same question for `validate`, the app and every submit."""

from __future__ import annotations

from pathlib import Path

from ..data import DataError, enters, facts, splits
from ..data.facts import Input
from ..spec import Experiment, Problem, SpecError, is_study, load_study, load_with_places
from .build import NetworkError, build


def check(source: str | Path, shape: Input | None = None) -> tuple[Problem, ...]:
    """Every problem of a preset or study, by name or path; none where it is good.

    Splits are looked up and the network is built as far as the data are known without download. ``shape``: what
    enters, whatever the data; nothing is asked of them then.
    """
    try:
        if is_study(source):
            variants = load_study(source).variants
            return tuple(
                Problem(file=str(source), field=f"variants.{label}: {field}", found=found, right=right)
                for label, experiment in variants.items()
                for field, found, right in unusable(experiment, shape)
            )
        loaded = load_with_places(source)
    except SpecError as error:
        return error.problems
    return tuple(loaded.problem(*found) for found in unusable(loaded.experiment, shape))


def unusable(experiment: Experiment, shape: Input | None = None) -> list[tuple[str, str, str]]:
    """Why ``experiment`` cannot be trained on its data, as (field, what was found, what would be right)."""
    problems = []
    if shape is None:
        try:
            known = facts(experiment.data)
        except DataError as error:
            return [("data.name", f"{experiment.data.name} cannot be used", str(error))]
        try:
            splits(experiment.data, known)
        except DataError as error:
            problems.append(("data", "it has a split that cannot be used", str(error)))
        try:
            shape = enters(experiment.data, known)
        except DataError:
            return problems  # size or classes come with the download: the network is checked when its run begins
    try:
        build(experiment, shape)
    except NetworkError as error:
        problems.append((error.field, "no such network can be built", error.why))
    return problems
