"""Saving an experiment as a preset: the file it came from, comments and all, with what changed."""

from __future__ import annotations

import io
import os
import tempfile
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import msgspec

from .experiment import Experiment
from .identity import full, plain
from .load import load, load_text
from .places import check_name
from .problem import Problem, SpecError
from .shorthand import NAMED
from .text import to_yaml
from .tree import Key, parse, read_text

_CHOSEN_BY = ("name", "block")
"""Fields that tell kinds of a mapping apart: another word there means another mapping."""


def save_preset(path: Path, experiment: Experiment, *, base: Path | None = None, replace: bool = False) -> None:
    """Write ``experiment`` as the preset at ``path``; loading it gives the same experiment, named after the file.

    ``base`` is the file it was made from (``path`` itself when a preset is saved again): its comments, its ``extends``
    and its way of writing are kept, and only what differs is changed. A copy, not ``extends: base``, so that what is
    saved does not change when the shipped preset does. Without ``base`` everything but defaults is written out.

    The file appears whole or not at all. Raises SpecError where ``path`` exists and ``replace`` is false, where its
    name is no safe file name, or where it cannot be written.
    """
    check_name(path.stem)
    text = None if base is None else _changed(base, path, experiment)
    if text is None:
        text = to_yaml(msgspec.structs.replace(experiment, name=path.stem), named=False)
    _write(path, text.encode(), replace)


def _changed(base: Path, path: Path, experiment: Experiment) -> str | None:
    """The text of ``base`` changed to say ``experiment``; None where that cannot be done faithfully."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        before, text = load(base), read_text(base)
        own = parse(text, str(base)).value
        yaml = YAML()
        yaml.preserve_quotes = True
        yaml.width = 120
        yaml.indent(mapping=2, sequence=4, offset=2)
        document = yaml.load(text)
    except (SpecError, YAMLError):
        return None
    _lay(document, own, full(before), full(experiment), plain(experiment), ())
    if path.resolve() != base.resolve():
        document.pop("name", None)
    out = io.StringIO()
    yaml.dump(document, out)
    try:
        after = load_text(out.getvalue(), file=path.name, folder=path.parent)
    except SpecError:
        return None
    same = msgspec.structs.replace(after, name=experiment.name) == experiment
    return out.getvalue() if same else None


def _lay(document: Any, own: Any, before: Any, after: Any, short: Any, path: Key) -> None:
    """Change the round-trip mapping ``document`` so that it says ``after`` where it said ``before``.

    ``own``: plain values of the file alone, without what it extends. ``short``: ``after`` without defaults.
    """
    for key, value in after.items():
        at = (*path, key)
        if at == ("name",) or (key in before and before[key] == value):
            continue
        wanted = short.get(key, value) if isinstance(short, dict) else value
        written = own.get(key) if isinstance(own, dict) else None
        old = before.get(key)
        if isinstance(value, dict) and isinstance(old, dict) and _same_kind(old, value):
            if isinstance(written, str) and at in NAMED:
                document[key] = _styled(wanted)
            else:
                if not isinstance(written, dict):
                    document[key] = _styled({})
                _lay(document[key], written, old, value, wanted, at)
        elif at == ("model", "stages") and isinstance(written, list):
            _stages(document[key], written, old, value, wanted)
        else:
            document[key] = _styled(wanted)


def _stages(document: Any, written: list[Any], before: list[Any], after: list[Any], short: list[Any]) -> None:
    """Change a list of stages in place: a stage that stays, or changes where it stands, keeps its comments."""
    names = [[msgspec.json.encode(stage, order="sorted") for stage in stages] for stages in (before, after)]
    steps = SequenceMatcher(None, names[0], names[1], autojunk=False).get_opcodes()
    for _, low, high, first, last in reversed([step for step in steps if step[0] != "equal"]):
        both = min(high - low, last - first)
        for i in range(high - 1, low + both - 1, -1):
            del document[i]
        for j in range(last - 1, first + both - 1, -1):
            document.insert(low + both, _styled(short[j]))
        for i, j in zip(range(low, low + both), range(first, first + both), strict=True):
            if _same_kind(before[i], after[j]):
                _lay(document[i], written[i], before[i], after[j], short[j], ("model", "stages", i))
                for field in [f for f in document[i] if f not in after[j]]:
                    del document[i][field]
            else:
                document[i] = _styled(short[j])


def _same_kind(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return all(a.get(field) == b.get(field) for field in _CHOSEN_BY)


def _styled(value: Any) -> Any:
    """``value`` for a round-trip document: mappings and lists in one line, but lists of mappings below one another."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    if isinstance(value, dict):
        made = CommentedMap({key: _styled(item) for key, item in value.items()})
        made.fa.set_flow_style()
        return made
    if isinstance(value, (list, tuple)):
        items = CommentedSeq([_styled(item) for item in value])
        if not any(isinstance(item, dict) for item in value):
            items.fa.set_flow_style()
        return items
    return value


def _write(path: Path, data: bytes, replace: bool) -> None:
    def refuse(found: str, right: str) -> SpecError:
        return SpecError([Problem(file=str(path), found=found, right=right)])

    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".saving")
        with os.fdopen(handle, "wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        Path(temporary).chmod(0o644)
        if replace:
            Path(temporary).replace(path)
        else:
            os.link(temporary, path)  # fails where the name is taken, however it was taken just now
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except FileExistsError:
        raise refuse("there is a file of this name already", "choose another name, or replace it") from None
    except OSError as error:
        raise refuse(f"it cannot be written ({error.strerror})", "check the folder and the space on its disk") from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
