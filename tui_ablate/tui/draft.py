"""The experiment on the bench: where it came from, what was changed, and the way back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..spec.experiment import Experiment


class Refused(Exception):
    """A change that cannot be made; the text is one plain sentence."""


@dataclass(frozen=True)
class Origin:
    """The preset a draft came from: its name, its file (None: none on disk) and the experiment that the file says.

    ``lost``: what became of the file since, where it no longer says it.
    """

    name: str
    path: Path | None
    own: bool
    experiment: Experiment
    lost: str = ""


@dataclass(frozen=True)
class Place:
    """Where the cursor stands: stage 0 is the stem, 1 and up the stages, the one behind them the head.

    ``block`` counts from 1; 0 is the whole stage.
    """

    stage: int = 1
    block: int = 0


@dataclass(frozen=True)
class Draft:
    """One state of the bench. ``did`` says how it came about; ``opened`` marks the opening of a preset."""

    origin: Origin
    experiment: Experiment
    place: Place = Place()
    did: str = ""
    opened: bool = False

    @property
    def unsaved(self) -> bool:
        """Whether the experiment is another than its file says, or there is no such file any more."""
        return bool(self.origin.lost) or self.experiment != self.origin.experiment


@dataclass
class Bench:
    """The draft with its undo history, which has no limit."""

    past: list[Draft] = field(default_factory=list)
    now: Draft | None = None
    future: list[Draft] = field(default_factory=list)

    def put(self, draft: Draft) -> None:
        """Make ``draft`` the present one. Openings in a row leave one step in the history, not one each."""
        if self.now is not None and not (draft.opened and self.now.opened and not self.now.unsaved):
            self.past.append(self.now)
        self.now = draft
        self.future.clear()

    def move(self, place: Place) -> None:
        """Move the cursor; no step of the history."""
        if self.now is not None:
            self.now = replace(self.now, place=place)

    def undo(self) -> str:
        """One step back; returns what was undone. Raises Refused at the beginning."""
        if self.now is None or not self.past:
            raise Refused("There is nothing to undo.")
        undone = self.now
        self.future.append(undone)
        self.now = self.past.pop()
        return undone.did

    def redo(self) -> str:
        """One step forward again; returns what was done. Raises Refused at the end."""
        if self.now is None or not self.future:
            raise Refused("There is nothing to redo.")
        self.past.append(self.now)
        self.now = self.future.pop()
        return self.now.did


def stages(experiment: Experiment) -> list[dict[str, Any]]:
    """The stages as plain mappings, as ``spec.edit`` takes them."""
    import msgspec

    return [msgspec.to_builtins(stage) for stage in experiment.model.stages]
