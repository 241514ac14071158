"""What the Build screen shows of an experiment: its graph, and the one it is compared with."""

from __future__ import annotations

from dataclasses import dataclass

from ..data import enters
from ..data.error import DataError
from ..data.facts import Input
from ..graph import Drawing, LayerGraph, NetworkError, build, drawing
from ..spec import Difference, SpecError, differences
from ..spec.experiment import Experiment
from .draft import Draft, Refused
from .figures import clean
from .twin import pair


@dataclass(frozen=True)
class Network:
    """An experiment with its graph; ``against`` names what ``other`` is, both empty where there is nothing."""

    experiment: Experiment
    enters: Input
    graph: LayerGraph
    drawing: Drawing
    against: str = ""
    other: LayerGraph | None = None
    changed: tuple[Difference, ...] = ()


def network(draft: Draft, against: str) -> Network:
    """The network of ``draft`` beside its ``against``: ``preset``, ``twin``, or ``auto`` (the preset once changed).

    Raises Refused with the reason where it cannot be built.
    """
    experiment = draft.experiment
    try:
        images = enters(experiment.data)
        graph = build(experiment, images)
        label, other = _other(draft, against)
        compared = build(other, images) if other is not None and other.data == experiment.data else None
    except (SpecError, NetworkError, DataError) as error:
        raise Refused(sentence(error)) from error
    changed = tuple(differences(draft.origin.experiment, experiment)) if draft.unsaved else ()
    return Network(experiment, images, graph, drawing(graph), label if compared else "", compared, changed)


def _other(draft: Draft, against: str) -> tuple[str, Experiment | None]:
    if against == "preset" or (against == "auto" and draft.unsaved):
        return draft.origin.name, draft.origin.experiment
    asked = pair(draft)
    if asked.other is None:
        return "", None
    mine = asked.first == draft.experiment
    return ("no shortcuts", asked.other) if mine else ("all shortcuts", asked.first)


def sentence(error: Exception) -> str:
    """An error of a room below as one plain line."""
    if isinstance(error, SpecError):
        first = error.problems[0]
        more = len(error.problems) - 1
        field = f"{_field(first.field)}: " if first.field else ""
        line = f" (line {first.line})" if first.line else ""
        return clean(f"{field}{first.found}; {first.right}{line}" + (f"; and {more} more" if more else ""))
    if isinstance(error, NetworkError):
        return clean(f"{_field(error.field)}: {error.why}.")
    return clean(error)


def _field(path: str) -> str:
    """``model.stages.3.stride`` as ``stage 4 stride``."""
    parts = path.split(".")
    if parts[:2] == ["model", "stages"] and len(parts) > 2 and parts[2].isdecimal():
        return " ".join([f"stage {int(parts[2]) + 1}", *parts[3:]])
    return path
