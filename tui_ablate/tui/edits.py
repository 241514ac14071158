"""The changes that keys make to a network. Each is one call of ``spec.edit``; what it refuses is refused here."""

from __future__ import annotations

from typing import Any

from ..graph.build import residual_of
from ..spec import differences, edit
from ..spec.experiment import Experiment
from .draft import Place, Refused, stages

WIDTHS = tuple(sorted(base * 2**power for base in (2, 3) for power in range(3, 14)))
STRIDES = (1, 2, 4)


def toggle_network(experiment: Experiment) -> tuple[Experiment, str]:
    """All shortcuts off where all are on, else all on; stages and blocks keep no word of their own."""
    model = experiment.model
    switchable = [stage for stage in model.stages if stage.can_shortcut]
    if not switchable:
        raise Refused("This network has no shortcuts to switch: its blocks are of a kind without.")
    on = not all(all(residual_of(model, stage)) for stage in switchable)
    return edit(experiment, "model.residual", on), f"shortcuts of the whole network {_on(on)}"


def toggle(experiment: Experiment, place: Place) -> tuple[Experiment, str]:
    """The shortcuts of the stage or block at ``place``, switched."""
    index = _stage(experiment, place, "has no shortcut")
    stage = experiment.model.stages[index]
    if not stage.can_shortcut:
        raise Refused(f"Stage {index + 1} is made of {stage.__struct_config__.tag} blocks, which have no shortcut.")
    kept = list(residual_of(experiment.model, stage))
    if place.block:
        kept[place.block - 1] = not kept[place.block - 1]
        what = f"shortcut of stage {index + 1} block {place.block} {_on(kept[place.block - 1])}"
    else:
        kept = [not all(kept)] * len(kept)
        what = f"shortcuts of stage {index + 1} {_on(kept[0])}"
    return _staged(experiment, index, residual=_shortest(kept, experiment.model.residual)), what


def repeat(experiment: Experiment, place: Place, by: int) -> tuple[Experiment, str]:
    """One block more or less; of a VGG stage, one convolution."""
    index = _stage(experiment, place, "is not repeated")
    stage = experiment.model.stages[index]
    count = getattr(stage, "convs", None)
    if count is not None:
        if count + by < 1:
            raise Refused(f"Stage {index + 1} has one convolution left; x removes the stage.")
        return _staged(experiment, index, convs=count + by), f"stage {index + 1}: {count + by} convolutions"
    wanted = stage.repeat + by
    if wanted < 1:
        raise Refused(f"Stage {index + 1} has one block left; x removes the stage.")
    changes: dict[str, Any] = {"repeat": wanted}
    if isinstance(stage.residual, tuple):
        kept = [*stage.residual, stage.residual[-1]][:wanted]
        changes["residual"] = _shortest(kept, experiment.model.residual)
    return _staged(experiment, index, **changes), f"stage {index + 1}: repeat {wanted}"


def width(experiment: Experiment, place: Place, by: int) -> tuple[Experiment, str]:
    """The next width of the row 16, 24, 32, 48, 64 …; on the stem, of the stem."""
    if place.stage == 0 and experiment.model.stem != "none":
        wanted = _next_width(experiment.model.stem_channels, by)
        return edit(experiment, "model.stem_channels", wanted), f"stem: {wanted} channels"
    index = _stage(experiment, place, "has no width to change")
    wanted = _next_width(experiment.model.stages[index].channels, by)
    return _staged(experiment, index, channels=wanted), f"stage {index + 1}: {wanted} channels"


def stride(experiment: Experiment, place: Place) -> tuple[Experiment, str]:
    """The next stride of 1, 2, 4."""
    index = _stage(experiment, place, "has no stride to change")
    now = experiment.model.stages[index].stride
    wanted = next((s for s in STRIDES if s > now), STRIDES[0])
    return _staged(experiment, index, stride=wanted), f"stage {index + 1}: stride {wanted}"


def add(experiment: Experiment, place: Place) -> tuple[Experiment, str, Place]:
    """A stage of one block behind the cursor, of the neighbour's kind and width."""
    all_stages = stages(experiment)
    at = min(place.stage, len(all_stages))
    like = dict(all_stages[max(0, at - 1)])
    for own in ("repeat", "stride", "residual", "convs"):
        like.pop(own, None)
    changed = edit(experiment, "model.stages", [*all_stages[:at], like, *all_stages[at:]])
    return changed, f"stage {at + 1} added", Place(at + 1)


def duplicate(experiment: Experiment, place: Place) -> tuple[Experiment, str, Place]:
    """The stage once more behind itself, without its stride."""
    index = _stage(experiment, place, "cannot be duplicated")
    all_stages = stages(experiment)
    copy = {k: v for k, v in all_stages[index].items() if k != "stride"}
    changed = edit(experiment, "model.stages", [*all_stages[: index + 1], copy, *all_stages[index + 1 :]])
    return changed, f"stage {index + 1} duplicated", Place(index + 2)


def remove(experiment: Experiment, place: Place) -> tuple[Experiment, str, Place]:
    """The network without the stage."""
    index = _stage(experiment, place, "cannot be removed")
    all_stages = stages(experiment)
    if len(all_stages) == 1:
        raise Refused("A network needs at least one stage.")
    left = [*all_stages[:index], *all_stages[index + 1 :]]
    return edit(experiment, "model.stages", left), f"stage {index + 1} removed", Place(min(index + 1, len(left)))


def carried(before: Experiment, now: Experiment, onto: Experiment) -> tuple[Experiment, list[str], bool]:
    """What differs between ``before`` and ``now`` laid on ``onto``; their paths; whether stages' changes stayed."""
    made, paths, left = onto, [], False
    for each in differences(before, now):
        if each.path.startswith("model.stages"):
            left = True
        else:
            made = edit(made, each.path, each.b)
            paths.append(each.path)
    return made, paths, left


def _stage(experiment: Experiment, place: Place, why: str) -> int:
    if place.stage < 1:
        raise Refused(f"The stem {why}; go to a stage.")
    if place.stage > len(experiment.model.stages):
        raise Refused(f"The head {why}; go to a stage.")
    return place.stage - 1


def _staged(experiment: Experiment, index: int, **changes: Any) -> Experiment:
    all_stages = stages(experiment)
    stage = all_stages[index] | changes
    all_stages[index] = {k: v for k, v in stage.items() if v is not None}
    return edit(experiment, "model.stages", all_stages)


def _shortest(kept: list[bool], network: bool) -> bool | list[bool] | None:
    """The shortest way to write which blocks keep their shortcut: nothing, one word, or a word each."""
    if len(set(kept)) > 1:
        return kept
    return None if kept[0] == network else kept[0]


def _next_width(now: int, by: int) -> int:
    found = [w for w in WIDTHS if (w > now if by > 0 else w < now)]
    if not found:
        raise Refused(f"{now} channels is the {'most' if by > 0 else 'least'} this key goes to.")
    return found[0] if by > 0 else found[-1]


def _on(on: bool) -> str:
    return "on" if on else "off"
