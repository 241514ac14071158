"""What is refused before anything is queued."""

from __future__ import annotations

from collections.abc import Sequence

from ..graph.check import unusable
from ..spec import Experiment, Problem, SpecError, load_with_places


def usable(preset: str, sets: Sequence[str] = ()) -> Experiment:
    """The experiment of a preset with ``sets`` on top.

    Raises SpecError, with file and line, where it cannot be trained on its data, as far as that is known without
    download.
    """
    loaded = load_with_places(preset, sets)
    found = unusable(loaded.experiment)
    if found:
        raise SpecError(loaded.problem(*each) for each in found)
    return loaded.experiment


def check(experiment: Experiment) -> None:
    """Raises SpecError where ``experiment`` cannot be trained on its data, as far as that is known without download."""
    found = unusable(experiment)
    if found:
        raise SpecError(Problem(file=experiment.name, field=at, found=what, right=why) for at, what, why in found)
