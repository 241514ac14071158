"""Which runs exist and who executes them: queue, supervisor, engines, index."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from .. import journal
from ..spec.problem import nearest
from . import studies as _studies
from .devices import Device as Device
from .devices import devices as devices
from .doctor import Check as Check
from .doctor import doctor as doctor
from .error import RunsError as RunsError
from .home import Home as Home
from .home import ids_in
from .index import Index
from .queue import cancel as cancel
from .queue import pause as pause
from .queue import remove as remove
from .queue import resume as resume
from .queue import submit as submit
from .row import Row as Row
from .starting import ensure_supervisor as ensure_supervisor
from .studies import StudyRow as StudyRow
from .studies import submit_study as submit_study


@cache
def _index(path: Path) -> Index:
    return Index(Home(path))


def rows(home: Home, *, study: str | None = None, state: str | None = None) -> list[Row]:
    """Runs, newest first, of one study or in one state where asked for."""
    return [
        row
        for row in _index(home.path).rows()
        if (study is None or row.study == study) and (state is None or row.state == state)
    ]


def row(home: Home, run_id: str) -> Row:
    """One run. Raises RunsError where there is none."""
    found = _index(home.path).row(run_id)
    if found is None:
        raise RunsError(f"There is no run {run_id}. List them with `tui-ablate ls`.")
    return found


def find(home: Home, prefix: str) -> str:
    """The id that ``prefix`` begins, or a run's last characters. Raises RunsError where it fits none or several."""
    return _one(prefix, ids_in(home.runs), "run")


def curves(home: Home, run_id: str) -> journal.Curves:
    """The curves of a run, from its journal."""
    return journal.curves(journal.read(home.run(run_id) / journal.JOURNAL))


def studies(home: Home) -> list[StudyRow]:
    """All studies, newest first."""
    return _studies.studies(home, _index(home.path))


def study(home: Home, name: str) -> StudyRow:
    """A study by id, the beginning of one, or its name (the newest of that name). Raises RunsError."""
    known = studies(home)
    for each in known:
        if each.name == name or each.id == name:
            return each
    wanted = _one(name, [each.id for each in known], "study")
    return next(each for each in known if each.id == wanted)


def _one(prefix: str, ids: list[str], what: str) -> str:
    if prefix in ids:
        return prefix
    fits = [each for each in ids if prefix and (each.startswith(prefix) or each.endswith(prefix))]
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise RunsError(f"{prefix} fits {len(fits)} {what} ids: {', '.join(sorted(fits)[:5])}. Give more of it.")
    raise RunsError(f"There is no {what} {prefix!r}{nearest(prefix, ids) or '.'} List them with `tui-ablate ls`.")
