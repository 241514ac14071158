"""What the shell may complete: names of presets, studies and data sets, ids of runs."""

from __future__ import annotations

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem


class _Known(click.ParamType[str]):
    """Any text, with suggestions."""

    name = "text"

    def known(self) -> Iterable[tuple[str, str]]:
        """Suggestions as (value, what it is)."""
        raise AssertionError("each kind says what it knows")

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        if "/" in incomplete:
            return [CompletionItem(incomplete, type="file")]
        found = [CompletionItem(value, help=about) for value, about in self.known() if value.startswith(incomplete)]
        return found or [CompletionItem(incomplete, type="file")]


class PresetName(_Known):
    """A preset's name or a file."""

    name = "preset"

    def known(self) -> Iterable[tuple[str, str]]:
        from ..spec import presets

        return [(entry.name, "yours" if entry.own else "preset") for entry in presets() if not entry.study]


class StudyName(PresetName):
    """A study's name, a preset's (for --ablate), or a file."""

    name = "study"

    def known(self) -> Iterable[tuple[str, str]]:
        from ..spec import presets

        return [(entry.name, "study" if entry.study else "preset") for entry in presets()]


class RunId(_Known):
    """The id of a run, or its first characters where they are clear."""

    name = "run"

    def known(self) -> Iterable[tuple[str, str]]:
        from ..runs import Home, rows

        return [(row.id, f"{row.name} seed {row.seed}, {row.state}") for row in rows(Home())]


class RunOrStudyId(RunId):
    """The id of a run or of a study."""

    name = "run or study"

    def known(self) -> Iterable[tuple[str, str]]:
        from ..runs import Home, studies

        return [*super().known(), *((study.id, f"study {study.name}") for study in studies(Home()))]


class DataName(_Known):
    """The name of a data set."""

    name = "data set"

    def known(self) -> Iterable[tuple[str, str]]:
        from ..data import list_sets

        return [(entry.name, "prepared" if entry.prepared else "") for entry in list_sets()]
