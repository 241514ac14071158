"""What the keys of Build do to the network on the bench."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..draft import Bench, Draft, Origin, Place, Refused
from ..library import neighbour

if TYPE_CHECKING:
    from ...spec import PresetEntry, Study
    from ...spec.experiment import Experiment
    from ..memory import Memory
    from ..network import Network


STEPS_KEPT = 20
"""Steps of the undo history that are there again after a restart."""


class Building:
    """Changes, undo, save and train; the screen that mixes it in shows what comes of it."""

    app: Any
    say: Callable[..., None]
    show_draft: Callable[..., None]

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench()
        self.network: Network | None = None
        self.entries: list[PresetEntry] = []
        self.study: Study | None = None
        self.versus = "auto"
        self.begun = False

    @property
    def place(self) -> Place:
        """Where the cursor stands."""
        return self.bench.now.place if self.bench.now else Place()

    def remembered(self, memory: Memory) -> Memory:
        """``memory`` with what stands on the bench; as it is until it was read."""
        import msgspec

        from ..kept import keep

        draft = self.bench.now
        if draft is None or not self.begun:
            return memory
        return msgspec.structs.replace(
            memory,
            **msgspec.structs.asdict(keep(draft)),
            against=self.versus,
            opened_on=self.app.open_on or memory.opened_on,
            past=tuple(keep(before) for before in self.bench.past[-STEPS_KEPT:]),
        )

    @property
    def ready(self) -> Study | None:
        """The study the app was opened on, while its baseline is on the bench unchanged."""
        draft = self.bench.now
        if self.study is None or draft is None or draft.unsaved:
            return None
        return self.study if draft.experiment == self.study.variants[self.study.baseline] else None

    def take(self, draft: Draft, says: str = "", *, follow: bool = True) -> bool:
        """Put ``draft`` on the bench if its network can be built; says why not. An opened one is taken either way.

        ``follow``: whether the cursor in the list of presets goes to the draft's.
        """
        from ..network import network

        try:
            shown = network(draft, self.versus)
        except Refused as error:
            if not draft.opened:
                self.say(str(error), "bad")
                return False
            self.bench.put(draft)
            self.network = None
            self.show_draft(follow=follow)
            self.say(str(error), "bad")
            return True
        kept = self.bench.now is not None and self.bench.now.unsaved and draft.opened
        name = self.bench.now.origin.name if self.bench.now else ""
        self.bench.put(draft)
        self.network = shown
        self.show_draft(follow=follow)
        if kept and not says:
            says = f"Your changes of {name} are kept: u brings them back."
        self.say(says)
        self.app.remember()
        return True

    def change(self, how: Callable[[Experiment, Place], tuple[Any, ...]]) -> None:
        """Make one change: ``how`` gives the experiment, what was done and perhaps a new place."""
        from ...spec import SpecError
        from ..network import sentence

        draft = self.bench.now
        if draft is None:
            return
        try:
            experiment, did, *place = how(draft.experiment, draft.place)
        except Refused as error:
            self.say(str(error), "warn")
            return
        except SpecError as error:
            self.say(sentence(error), "bad")
            return
        where = place[0] if place else draft.place
        self.take(replace(draft, experiment=experiment, place=where, did=did, opened=False), f"{did} · u undoes it")

    def action_residual_network(self) -> None:
        """Shortcuts of the whole network."""
        from .. import edits

        self.change(lambda e, _: edits.toggle_network(e))

    def action_residual(self) -> None:
        """Shortcuts under the cursor."""
        from .. import edits

        self.change(edits.toggle)

    def action_repeat(self, by: int) -> None:
        """Blocks of the stage."""
        from .. import edits

        self.change(lambda e, p: edits.repeat(e, p, by))

    def action_width(self, by: int) -> None:
        """Channels of the stage."""
        from .. import edits

        self.change(lambda e, p: edits.width(e, p, by))

    def action_stride(self) -> None:
        """Stride of the stage."""
        from .. import edits

        self.change(edits.stride)

    def action_add(self) -> None:
        """A new stage."""
        from .. import edits

        self.change(edits.add)

    def action_duplicate(self) -> None:
        """The stage twice."""
        from .. import edits

        self.change(edits.duplicate)

    def action_remove(self) -> None:
        """The stage away."""
        from .. import edits

        self.change(edits.remove)

    def action_depth(self, by: int) -> None:
        """The next depth of the family, changes outside the stages kept."""
        from ...spec import SpecError, load
        from ..edits import carried
        from ..network import sentence

        draft = self.bench.now
        if draft is None:
            return
        entry = neighbour(self.entries, draft.origin.name, by)
        if entry is None:
            more = "deeper" if by > 0 else "shallower"
            self.say(f"{draft.origin.name} is the last of its family: there is no {more} one.", "warn")
            return
        try:
            onto = load(entry.path)
            experiment, paths, left = carried(draft.origin.experiment, draft.experiment, onto)
        except (SpecError, OSError) as error:
            self.say(sentence(error), "bad")
            return
        origin = Origin(entry.name, entry.path, entry.own, onto)
        says = f"{entry.name}" + (f", with your {', '.join(paths)}" if paths else "")
        if left:
            says += "; your changes of stages stayed behind, u brings them back"
        made = Draft(origin, experiment, draft.place, f"depth {entry.depth}", opened=not draft.unsaved)
        self.take(made, says if paths or left else "")

    def action_undo(self) -> None:
        """One step back."""
        self._step(self.bench.undo, "undone")

    def action_redo(self) -> None:
        """One step forward."""
        self._step(self.bench.redo, "done again")

    def _step(self, step: Callable[[], str], word: str) -> None:
        try:
            did = step()
        except Refused as error:
            self.say(str(error), "warn")
            return
        self.show_again()
        self.say(f"{word}: {did}")

    def show_again(self) -> None:
        """Make the network of the draft on the bench anew and show it."""
        from ..network import network

        if self.bench.now is not None:
            try:
                self.network = network(self.bench.now, self.versus)
            except Refused as error:
                self.network = None
                self.say(str(error), "bad")
            self.show_draft()
            self.app.remember()

    def action_against(self) -> None:
        """Compare with the preset, or with the twin."""
        self.versus = "preset" if self.versus == "twin" or self._against_twin else "twin"
        self.show_again()

    @property
    def _against_twin(self) -> bool:
        return self.versus == "auto" and self.bench.now is not None and not self.bench.now.unsaved

    def action_save(self) -> None:
        """Save the draft as a preset."""
        from ..dialogs.save import Save

        if self.bench.now is not None:
            draft = self.bench.now
            self.app.push_screen(Save(draft), self._saved)

    def _saved(self, origin: Origin | None) -> None:
        if origin is not None and self.bench.now is not None:
            self.bench.now = replace(self.bench.now, origin=origin, experiment=origin.experiment)
            self.show_again()
            self.say(f"saved as {origin.name}", "good")
            self.list_presets()

    def action_train(self) -> None:
        """Ask what to train, then go to Watch."""
        from ..dialogs.train import Train

        if self.bench.now is not None and self.network is not None:
            self.app.push_screen(Train(self.bench.now, self.ready, self.network), self._started)
        else:
            self.say("There is no network to train.", "warn")

    def _started(self, study: str | None) -> None:
        if study is not None:
            self.app.watch(study)

    list_presets: Callable[[], Any]
