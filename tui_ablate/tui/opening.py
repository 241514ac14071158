"""Reading what is to stand on the bench: a preset, a study's baseline, or what the app remembers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from ..spec import PresetEntry, SpecError, Study, is_study, load, load_study, own_folder
from ..spec.places import locate
from .draft import Draft, Origin, Place
from .kept import again
from .memory import Kept, Memory

T = TypeVar("T")

FIRST = "digits-resnet-20"
"""What the first start opens: it trains at once, without any download."""


@dataclass(frozen=True)
class Opening:
    """A draft to put on the bench, the study it belongs to, what to say about it, and what undo goes back to."""

    draft: Draft
    study: Study | None = None
    says: str = ""
    trouble: str = ""
    past: tuple[Draft, ...] = ()


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

    Nothing unsaved is lost: what does not come onto the bench is in ``past``. What cannot be read is told as
    ``trouble``, and the first start's preset stands in for it. Raises SpecError, OSError where that is broken too.
    """
    troubles: list[str] = []
    same = source is None or source == memory.opened_on

    def tried(read: Callable[[], T], name: str) -> T | None:
        try:
            return read()
        except (SpecError, OSError) as error:
            from .network import sentence  # the graph with it, which a start has no time for

            troubles.append(f"{name}: {sentence(error)}")
            return None

    study = tried(lambda: load_study(source) if is_study(source) else None, source) if source and same else None
    left = tried(lambda: again(memory, study), memory.preset) if memory.preset is not None else None
    past = tuple(each for kept in memory.past if (each := _readable(kept)) is not None)
    if left is not None and same:
        return Opening(replace(left, opened=True), study, _as_left(left), " ".join(troubles), past)
    says = ""
    if left is not None and left.unsaved:
        past = (*past, left)
        says = f"Your changes of {left.origin.name} are kept: u brings them back."
    wanted = source or FIRST
    opening = tried(lambda: open_source(wanted), wanted) or open_source(FIRST)
    return replace(opening, says=says, trouble=" ".join(troubles), past=past)


def _as_left(draft: Draft) -> str:
    if not draft.unsaved:
        return ""
    lost = f"The file of {draft.origin.name} {draft.origin.lost}. " if draft.origin.lost else ""
    return f"{lost}Your unsaved changes are as you left them."


def _readable(kept: Kept) -> Draft | None:
    try:
        return again(kept)
    except (SpecError, OSError):
        return None


def _origin(path: Path, name: str) -> Origin:
    return Origin(name, path, path.parent == own_folder(), load(path))
