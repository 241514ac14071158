"""Saving an experiment as a preset: the file it came from, comments and all, with what changed."""

from __future__ import annotations

import io
import os
import re
import tempfile
from collections import Counter
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


_STAGES = ("model", "stages")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")
_BESIDE = re.compile(r"(?m)^( *)(- \{[^#\n]*\})[ \t]+(#.*)$")
"""A comment at the end of the line of a stage written in one."""


def save_preset(path: Path, experiment: Experiment, *, base: Path | None = None, replace: bool = False) -> bool:
    """Write ``experiment`` as the preset at ``path``; loading it gives the same experiment, named after the file.

    ``base`` is the file it was made from (``path`` itself when a preset is saved again): its comments, its ``extends``
    and its way of writing are kept, and only what differs is changed. A copy, not ``extends: base``, so that what is
    saved does not change when the shipped preset does. Without ``base``, and where its comments cannot be kept (then
    the result is false; ``keeps_comments`` tells it beforehand), everything but defaults is written out.

    The file appears whole or not at all. Raises SpecError where ``path`` exists and ``replace`` is false, where its
    name is no safe file name, or where it cannot be written.
    """
    check_name(path.stem)
    text = None if base is None else _changed(base, path, experiment)
    kept = base is None or text is not None
    if text is None:
        text = to_yaml(msgspec.structs.replace(experiment, name=path.stem), named=False)
    _write(path, text.encode(), replace)
    return kept


def keeps_comments(path: Path, experiment: Experiment, base: Path) -> bool:
    """Whether saving ``experiment`` at ``path`` keeps the comments of ``base``, save those of stages that are gone."""
    return _changed(base, path, experiment) is not None


def has_comments(base: Path) -> bool:
    """Whether there are any in the file ``base``, but for a word to the editor at its head."""
    try:
        return any("yaml-language-server" not in comment for comment in _comments(read_text(base)))
    except SpecError:
        return False


def _changed(base: Path, path: Path, experiment: Experiment) -> str | None:
    """The text of ``base`` changed to say ``experiment``; None where that cannot be done faithfully."""
    try:
        text = _without_stages(read_text(base), load(base), base, experiment)
        before = load_text(text, file=base.name, folder=base.parent)
    except SpecError:
        return None
    # ruamel.yaml moves some comments that stand beside a stage into the next one: above it they stay.
    return _rewritten(text, before, base, path, experiment) or _rewritten(
        _BESIDE.sub(r"\1\3\n\1\2", text), before, base, path, experiment
    )


def _without_stages(text: str, before: Experiment, base: Path, experiment: Experiment) -> str:
    """``text`` without the lines of the stages that are gone and the comments above them.

    Done by lines, because ruamel.yaml counts what stands above a stage to the one before. Unchanged where the stages
    do not stand below one another. Raises SpecError.
    """
    tree = parse(text, str(base))
    starts = [tree.lines.get((*_STAGES, i), 0) - 1 for i in range(len(before.model.stages))]
    lines = text.splitlines(keepends=True)
    if any(start < 0 or not lines[start].lstrip().startswith("- ") for start in starts):
        return text
    ends = [max(line for key, line in tree.lines.items() if key[:3] == (*_STAGES, i)) for i in range(len(starts))]
    gone: set[int] = set()
    for _, low, high, first, last in _steps(full(before)["model"]["stages"], full(experiment)["model"]["stages"]):
        for i in range(low + min(high - low, last - first), high):
            top = starts[i]
            while lines[top - 1].lstrip().startswith("#") and top - 1 >= (ends[i - 1] if i else 0):
                top -= 1
            gone |= set(range(top, ends[i]))
    return "".join(line for number, line in enumerate(lines) if number not in gone)


def _rewritten(text: str, before: Experiment, base: Path, path: Path, experiment: Experiment) -> str | None:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
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
    return out.getvalue() if same and not _comments(text) - _comments(out.getvalue()) else None


def _comments(text: str) -> Counter[str]:
    return Counter(found.strip() for line in text.splitlines() for found in _COMMENT.findall(line))


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
        elif at == _STAGES and isinstance(written, list):
            _stages(document[key], written, old, value, wanted)
        else:
            document[key] = _styled(wanted)


def _stages(document: Any, written: list[Any], before: list[Any], after: list[Any], short: list[Any]) -> None:
    """Change a list of stages in place: a stage that stays, or changes where it stands, keeps its comments."""
    for _, low, high, first, last in reversed(_steps(before, after)):
        both = min(high - low, last - first)
        for i in range(high - 1, low + both - 1, -1):
            del document[i]
        for j in range(last - 1, first + both - 1, -1):
            document.insert(low + both, _styled(short[j]))
        for i, j in zip(range(low, low + both), range(first, first + both), strict=True):
            if _same_kind(before[i], after[j]):
                _lay(document[i], written[i], before[i], after[j], short[j], (*_STAGES, i))
                for field in [f for f in document[i] if f not in after[j]]:
                    del document[i][field]
            else:
                document[i] = _styled(short[j])


def _steps(before: list[Any], after: list[Any]) -> list[tuple[str, int, int, int, int]]:
    """What became of the stages, as SequenceMatcher tells it, without those that are as they were."""
    old, new = ([msgspec.json.encode(stage, order="sorted") for stage in stages] for stages in (before, after))
    if len(old) == len(new):  # each stage where it was, however much one comes to resemble its neighbour
        return [("replace", i, i + 1, i, i + 1) for i in range(len(new)) if old[i] != new[i]]
    return [step for step in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if step[0] != "equal"]


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
