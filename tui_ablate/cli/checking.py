"""What is refused before anything is queued."""

from __future__ import annotations

from ..graph.check import unusable
from ..spec import Experiment, Problem, SpecError


def check(experiment: Experiment) -> None:
    """Raises SpecError where ``experiment`` cannot be trained on its data, as far as that is known without download."""
    found = unusable(experiment)
    if found:
        raise SpecError(Problem(file=experiment.name, field=at, found=what, right=why) for at, what, why in found)
