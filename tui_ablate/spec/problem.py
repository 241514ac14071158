"""What is wrong with a file, said so that a person can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import msgspec

PROBLEMS_MOST = 100
"""Problems that are told at once."""
MISSING = "it is missing"
"""What was found of a field that must be given and is not."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake: where it stands, what was found there and what would be right."""

    file: str
    line: int | None = None
    field: str = ""
    found: str
    right: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        field = f" {self.field}:" if self.field else ""
        return f"{place}:{field} {self.found}; {self.right}"


class SpecError(ValueError):
    """A preset or study that cannot be used.

    ``problems``: what to tell, at most PROBLEMS_MOST and a word of how many more; ``every``: all of them.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.every = tuple(problems)
        self.problems = bounded(self.every)
        super().__init__("\n".join(map(str, self.problems)))


def bounded(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The first PROBLEMS_MOST of ``problems``, and how many more there are."""
    told = tuple(problems)
    if len(told) <= PROBLEMS_MOST:
        return told
    more = f"… and {len(told) - PROBLEMS_MOST:,} more"
    return (*told[:PROBLEMS_MOST], Problem(file=told[PROBLEMS_MOST].file, found=more, right="mend these first"))


def nearest(word: str, words: Iterable[str]) -> str:
    """``", did you mean …?"`` for the known word most like ``word``; empty where none is like it."""
    close = get_close_matches(word, list(words), n=1, cutoff=0.5)
    return f", did you mean {close[0]}?" if close else ""


def shown(value: object, longest: int = 60) -> str:
    """``value`` as text for a message: printable, on one line, never longer than ``longest`` characters."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[: longest + 1])
    return text if len(text) <= longest else text[: longest - 1] + "…"
