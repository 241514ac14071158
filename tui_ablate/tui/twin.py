"""The question a draft asks: the network as it is against the same with its shortcuts switched."""

from __future__ import annotations

from dataclasses import dataclass

from ..graph.build import residual_of
from ..spec import Contrast, Study, edit
from ..spec.experiment import Experiment
from .draft import Draft


@dataclass(frozen=True)
class Pair:
    """Two labelled experiments, the baseline first. ``other`` is None where there is nothing to compare with."""

    baseline: str
    first: Experiment
    variant: str = ""
    other: Experiment | None = None


def pair(draft: Draft) -> Pair:
    """Baseline and variant of a draft.

    With shortcuts to switch, the baseline has all of them and the variant is the draft, or, where the draft has all
    of them itself, the draft without any. Without, the baseline is the preset it came from, if it was changed.
    """
    now = draft.experiment
    switchable = [stage for stage in now.model.stages if stage.can_shortcut]
    if switchable:
        kept = [word for stage in switchable for word in residual_of(now.model, stage)]
        if all(kept):
            return Pair("residual", now, "plain", edit(now, "model.residual", False))
        label = "plain" if not any(kept) else f"{sum(kept)} of {len(kept)} shortcuts"
        return Pair("residual", edit(now, "model.residual", True), label, now)
    if draft.unsaved:
        return Pair(draft.origin.name, draft.origin.experiment, "changed", now)
    return Pair(draft.origin.name, now)


def study(draft: Draft, name: str, seeds: tuple[int, ...], epochs: int) -> Study:
    """The study of a draft's pair, trained for ``epochs``; of one variant where there is no pair. Raises SpecError."""
    asked = pair(draft)
    variants = {asked.baseline: edit(asked.first, "training.epochs", epochs)}
    contrasts: tuple[Contrast, ...] = ()
    if asked.other is not None:
        variants[asked.variant] = edit(asked.other, "training.epochs", epochs)
        question = f"{asked.variant} − {asked.baseline}"
        contrasts = (Contrast(name=question, plus=(asked.variant,), minus=(asked.baseline,)),)
    return Study(
        name=name,
        about="",
        baseline=asked.baseline,
        variants=variants,
        contrasts=contrasts,
        seeds=seeds,
        metric="test.top1_error",
        delta=None,
    )
