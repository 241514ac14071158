"""Drafts as the app remembers them, and back."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ..spec import SpecError, Study, load, load_text, own_folder, plain
from .draft import Draft, Origin, Place
from .memory import Kept


def keep(draft: Draft) -> Kept:
    """What to write down of ``draft``. Its edits are JSON, which is YAML that takes no time to write."""
    changed = draft.unsaved or draft.origin.path is None
    return Kept(
        preset=draft.origin.name,
        path=None if draft.origin.path is None else str(draft.origin.path),
        stage=draft.place.stage,
        block=draft.place.block,
        draft=msgspec.json.encode(plain(draft.experiment)).decode() if changed else None,
        did=draft.did,
        opened=draft.opened,
    )


def again(kept: Kept, study: Study | None = None) -> Draft:
    """The draft that ``kept`` tells of; one whose preset is gone or broken since stands by itself, unsaved.

    ``study``: where the baseline of a study is no preset. Raises SpecError, OSError where nothing is left of it.
    """
    name = kept.preset or ""
    experiment = None if kept.draft is None else load_text(kept.draft, file=f"{name}.yaml")
    path = None if kept.path is None else Path(kept.path)
    own = path is not None and path.parent == own_folder()
    if path is None:
        baseline = study.variants[study.baseline] if study is not None else None
        says = baseline if baseline is not None and baseline.name == name else experiment
        if says is None:
            raise FileNotFoundError(f"Nothing is left of {name}.")
        origin = Origin(name, None, False, says)
    else:
        try:
            origin = Origin(name, path, own, load(path))
        except (SpecError, OSError):
            if experiment is None:
                raise
            origin = Origin(name, path, own, experiment, lost="cannot be read" if path.exists() else "is gone")
    place = Place(kept.stage, kept.block)
    return Draft(origin, experiment or origin.experiment, place, kept.did or f"opened {name}", kept.opened)
