"""Reading what is to stand on the bench: a preset, a study's baseline, or what the app remembers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..spec import PresetEntry, SpecError, Study, is_study, load, load_study, load_text, own_folder
from ..spec.places import locate
from .draft import Draft, Origin, Place
from .memory import Memory

FIRST = "digits-resnet-20"
"""What the first start opens: it trains at once, without any download."""


@dataclass(frozen=True)
class Opening:
    """A draft to put on the bench, the study it belongs to, and what to say about it."""

    draft: Draft
    study: Study | None = None
    says: str = ""


def open_entry(entry: PresetEntry, place: Place) -> Opening:
    """The preset of an entry of the list. Raises SpecError, OSError."""
    origin = Origin(entry.name, entry.path, entry.own, load(entry.path))
    return Opening(Draft(origin, origin.experiment, place, f"opened {entry.name}", opened=True))


def open_source(source: str) -> Opening:
    """A preset or study by name or path. Raises SpecError, OSError."""
    if is_study(source):
        study = load_study(source)
        baseline = study.variants[study.baseline]
        try:
            origin = _origin(locate(baseline.name), baseline.name)
        except SpecError:
            origin = Origin(baseline.name, None, False, baseline)
        return Opening(Draft(origin, baseline, did=f"opened {study.name}", opened=True), study)
    path = locate(source)
    origin = _origin(path, path.stem)
    return Opening(Draft(origin, origin.experiment, did=f"opened {origin.name}", opened=True))


def open_remembered(memory: Memory, source: str | None) -> Opening:
    """What stood on the bench when the app was left; ``source`` where it was left with something else.

    Raises SpecError, OSError.
    """
    if source is not None and source != memory.opened_on:
        return open_source(source)
    study = load_study(source) if source is not None and is_study(source) else None
    if memory.preset is None:
        return open_source(source or FIRST)
    path = Path(memory.path) if memory.path else None
    if path is None or not path.is_file():
        if memory.draft is None:
            return open_source(source or FIRST)
        experiment = load_text(memory.draft, file=f"{memory.preset}.yaml")
        origin = Origin(memory.preset, None, False, experiment)
    else:
        origin = _origin(path, memory.preset)
        experiment = origin.experiment
        if memory.draft is not None:
            experiment = load_text(memory.draft, file=f"{memory.preset}.yaml")
    says = "Your unsaved changes are as you left them." if memory.draft is not None else ""
    draft = Draft(origin, experiment, Place(memory.stage, memory.block), did=f"opened {memory.preset}", opened=True)
    return Opening(draft, study, says)


def _origin(path: Path, name: str) -> Origin:
    return Origin(name, path, path.parent == own_folder(), load(path))
