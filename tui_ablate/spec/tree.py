"""YAML text -> plain values, each with the line it stands on. Nothing in a file is ever executed.

YAML 1.2 through ruamel.yaml's composer: ``yes``, ``on`` and dates stay text. Anchors work; loops,
expansions past NODES_MOST values, duplicate keys and foreign tags are refused.
"""

from __future__ import annotations

import io
import math
import os
import re
import stat
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from .problem import Problem, SpecError, shown

BYTES_MOST = 100_000
NODES_MOST = 10_000
MARKS_MOST = 12_000
DEPTH_MOST = 30

Key = tuple[str | int, ...]
_BOOL = {"true": True, "false": False}
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_MARK = re.compile(r"[\n,:\[\]{}?]|- ")
_INT = re.compile(r"[-+]?[0-9]+")
_HALF = ("a surrogate, half of a character", "write the character itself")
_PREFIX = "tag:yaml.org,2002:"


class Tree(msgspec.Struct, frozen=True):
    """A file's values and, by path, the lines (from 1) they stand on."""

    file: str
    value: Any
    lines: dict[Key, int]

    def line(self, path: Key) -> int | None:
        """The line of ``path`` or of the nearest thing around it that is written in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def at(self, path: Key) -> Any:
        """The value at ``path``; None where there is none."""
        value = self.value
        for part in path:
            if not isinstance(value, (dict, list)):
                return None
            try:
                value = value[part]  # type: ignore[index]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def inside(self, path: Key) -> Tree:
        """What stands at ``path`` as a tree of its own."""
        lines = {at[len(path) :]: line for at, line in self.lines.items() if at[: len(path)] == path}
        return Tree(self.file, self.at(path), lines)


def read_text(path: Path) -> str:
    """The text of a regular file of at most BYTES_MOST bytes in UTF-8. Raises SpecError with one problem."""
    file = str(path)

    def refuse(found: str, right: str) -> SpecError:
        return SpecError([Problem(file=shown(file, 200), found=found, right=right)])

    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise refuse("there is no such file", "check the path, or list presets with `tui-ablate presets`") from None
    except ValueError:
        raise refuse("this path has characters no path can have", "check the path") from None
    except OSError as error:
        raise refuse(f"it cannot be opened ({error.strerror})", "check the path and its permissions") from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise refuse("this is not a regular file", "give the path of a YAML file")
    with os.fdopen(descriptor, "rb") as opened:
        if status.st_size > BYTES_MOST:
            raise refuse(f"the file has {status.st_size:,} bytes", f"a preset has at most {BYTES_MOST:,}")
        data = opened.read(BYTES_MOST + 1)
    if len(data) > BYTES_MOST:
        raise refuse("the file grew while it was read", f"a preset has at most {BYTES_MOST:,} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SpecError(
            [Problem(file=file, line=line, found="a byte that is not UTF-8", right="save the file as UTF-8")]
        ) from None


def parse(text: str, file: str) -> Tree:
    """The tree of ``text``; ``file`` is its name in messages. Raises SpecError with every problem found."""
    tree, problems = survey(text, file)
    if problems:
        raise SpecError(problems)
    return tree


@lru_cache(maxsize=64)
def survey(text: str, file: str) -> tuple[Tree, tuple[Problem, ...]]:
    """As ``parse``, with the problems of single values beside the tree, so that others can be told with them.

    Kept for texts read lately, so that going through a list of presets costs each file once: the tree is never changed.
    Raises SpecError where ``text`` is no YAML at all.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    problems: list[Problem] = []
    if len(text) > BYTES_MOST:
        found = f"the text has {len(text):,} characters"
        raise SpecError([Problem(file=file, found=found, right=f"a preset has at most {BYTES_MOST:,}")])
    if len(_MARK.findall(text)) > MARKS_MOST:
        # The composer needs a second for 100 kB of the densest YAML.
        found = "more values than any preset has"
        raise SpecError([Problem(file=file, found=found, right="check that this is a preset")])
    if _too_deep(text):
        found = "values nested too deeply"
        raise SpecError([Problem(file=file, found=found, right=f"nest at most {DEPTH_MOST} deep")])
    try:
        node = YAML(typ="safe", pure=True).compose(io.StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        says = error.problem or error.context or "it cannot be read"
        line = None if mark is None else mark.line + 1
        raise SpecError(
            [Problem(file=file, line=line, found=f"not YAML: {shown(says, 160)}", right="mend the file's syntax")]
        ) from None
    except (YAMLError, ValueError, AttributeError, IndexError, TypeError) as error:
        found = f"not YAML: {shown(str(error).splitlines()[0] if str(error) else type(error).__name__, 160)}"
        raise SpecError([Problem(file=file, found=found, right="mend the file's syntax")]) from None
    except RecursionError:
        found = "values nested too deeply"
        raise SpecError([Problem(file=file, found=found, right=f"nest at most {DEPTH_MOST} deep")]) from None
    reader = _Reader(file, problems)
    value = None if node is None else reader.value(node, ())
    return Tree(file, value, reader.lines), tuple(problems)


def _whole(text: str) -> bool:
    """Whether ``text`` has no surrogate, which an escape can write and no file or JSON can hold."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _too_deep(text: str) -> bool:
    """Whether ``text`` surely nests too deeply: the composer takes seconds to find out by itself."""
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        if depth > 8 * DEPTH_MOST:
            return True
    return re.search(r"(?:[-?:] ){100}", text) is not None


class _Reader:
    """Walks composed nodes and makes plain values of them."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems
        self.lines: dict[Key, int] = {}
        self._open: set[int] = set()
        self._count = 0

    def _refuse(self, node: Any, path: Key, found: str, right: str) -> None:
        field = ".".join(map(str, path))
        line = node.start_mark.line + 1
        if len(self.problems) < 100:
            self.problems.append(Problem(file=self.file, line=line, field=shown(field), found=found, right=right))

    def value(self, node: Any, path: Key) -> Any:
        """The plain value of ``node``, which stands at ``path``."""
        self._count += 1
        if self._count > NODES_MOST:
            if self._count == NODES_MOST + 1:
                self._refuse(node, path, f"more than {NODES_MOST:,} values", "write it without so many anchors")
            return None
        if len(path) > DEPTH_MOST:
            self._refuse(node, path, "values nested too deeply", f"nest at most {DEPTH_MOST} deep")
            return None
        if id(node) in self._open:
            self._refuse(node, path, "an anchor that contains itself", "write the value out")
            return None
        self.lines.setdefault(path, node.start_mark.line + 1)
        kind = type(node).__name__
        if kind == "ScalarNode":
            return self._scalar(node, path)
        expected = "map" if kind == "MappingNode" else "seq"
        if str(node.tag) != _PREFIX + expected:
            self._refuse(node, path, f"the tag {shown(str(node.tag))}", "use plain values without tags")
            return None
        self._open.add(id(node))
        try:
            if kind == "MappingNode":
                return self._mapping(node, path)
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: Any, path: Key) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, item in node.value:
            if type(key).__name__ != "ScalarNode":
                self._refuse(key, path, "a key that is a list or a mapping", "use a word as the key")
                continue
            name = str(key.value)
            if not _whole(name):
                self._refuse(key, path, *_HALF)
                continue
            if str(key.tag) == _PREFIX + "merge" or name == "<<":
                self._refuse(key, path, "a merge key (<<)", "use extends, or write the fields out")
                continue
            if name in made:
                self._refuse(key, (*path, name), "this key stands here twice", "keep one of them")
                continue
            self.lines[(*path, name)] = key.start_mark.line + 1
            made[name] = self.value(item, (*path, name))
        return made

    def _scalar(self, node: Any, path: Key) -> Any:
        tag, text = str(node.tag), node.value
        if not _whole(text):
            self._refuse(node, path, *_HALF)
            return None
        if not tag.startswith(_PREFIX):
            self._refuse(node, path, f"the tag {shown(tag)}", "use plain values without tags")
            return None
        kind = tag[len(_PREFIX) :]
        if kind == "null":
            return None
        if kind == "bool" and text.lower() in _BOOL:
            return _BOOL[text.lower()]
        plain = node.style not in ("'", '"', "|", ">")
        if plain and kind in ("int", "float", "str"):
            if _INT.fullmatch(text):
                if len(text) > 18:
                    self._refuse(node, path, shown(text), "write a number of at most 18 digits")
                    return None
                return int(text)
            if _FLOAT.fullmatch(text) or kind == "float":
                return self._float(node, path, text)
        if kind in ("str", "timestamp", "int", "float", "bool", "value"):
            return text
        self._refuse(node, path, f"the tag !!{shown(kind)}", "use plain values without tags")
        return None

    def _float(self, node: Any, path: Key, text: str) -> Any:
        try:
            number = float(text.replace("_", ""))
        except ValueError:
            number = math.inf
        if not math.isfinite(number):
            self._refuse(node, path, shown(text), "write a finite number")
            return None
        return number
