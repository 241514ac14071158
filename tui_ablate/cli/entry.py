"""Where the command line begins and ends: exit statuses, and errors as one or two plain sentences."""

from __future__ import annotations

import codecs
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import NoReturn, TextIO

import click
from click.shell_completion import shell_complete

from .program import NAME, program

OpenApp = Callable[[str | None], None]

FAILED, WRONG, INTERRUPTED = 1, 2, 130
COMPLETE = "_TUI_ABLATE_COMPLETE"
"""The variable by which a shell asks for completions."""


def main(open_app: OpenApp | None = None, argv: Sequence[str] | None = None) -> NoReturn:
    """Run one verb and leave with its status: 0 done, 1 a run failed, 2 the request was wrong, 130 interrupted.

    ``open_app`` is what happens without a verb; it gets the name given to ``--open``.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    for stream in (sys.stdout, sys.stderr):
        _survive(stream)
    try:
        status = _run(arguments, open_app)
        sys.stdout.flush()
    except BrokenPipeError:
        _let_go()
        status = 0
    except (KeyboardInterrupt, click.Abort):
        status = INTERRUPTED
    except click.ClickException as error:
        status = _refuse(_usage(error), error.exit_code)
    except Exception as error:
        if "--debug" in arguments:
            traceback.print_exc()
        status = _refuse(*_sentence(error, debug="--debug" in arguments))
    sys.exit(status if isinstance(status, int) else 0)


def _run(arguments: list[str], open_app: OpenApp | None) -> object:
    """What click's own ``main`` does, which would leave with 1 where the reader of a pipe has left."""
    asked = os.environ.get(COMPLETE)
    if asked:
        return shell_complete(program, {}, NAME, COMPLETE, asked)
    try:
        with program.make_context(NAME, list(arguments), obj=open_app) as context:
            return program.invoke(context)
    except click.exceptions.Exit as left:
        return left.exit_code


def _survive(stream: TextIO) -> None:
    """What a terminal's encoding cannot show becomes what looks like it, never a traceback."""
    codecs.register_error(NAME, _alike)
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(errors=NAME)


def _alike(error: UnicodeError) -> tuple[str, int]:
    from ..charts import ascii_character

    assert isinstance(error, UnicodeEncodeError)
    return "".join(map(ascii_character, error.object[error.start : error.end])), error.end


def _let_go() -> None:
    """The reader of our output has left (``| head``); nothing more may be written, not even by Python's own end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def _refuse(text: str, status: int) -> int:
    try:
        print(text, file=sys.stderr)
    except BrokenPipeError:
        _let_go()
    return status


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    said = error.format_message().rstrip()
    said = said if said.endswith((".", "?", "!")) else said + "."
    return f"{said}\nTry: {context.command_path} --help" if context else said


def _sentence(error: Exception, *, debug: bool) -> tuple[str, int]:
    """What to say of ``error``, and the exit status that goes with it."""
    if isinstance(error, ImportError):
        return f"Part of {NAME} cannot be loaded ({error}). Install it again, as in: pip install {NAME}", FAILED
    from ..data import DataError
    from ..graph import NetworkError, UnknownPart
    from ..runs import RunsError
    from ..spec import SpecError
    from .terminal import clean

    if isinstance(error, SpecError):
        return "\n".join(clean(str(problem)) for problem in error.problems), WRONG
    if isinstance(error, DataError | RunsError | NetworkError | UnknownPart):
        return clean(str(error)), WRONG
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return clean(f"{where}{error.strerror or error}."), FAILED
    again = "" if debug else f"\nThis is a mistake in {NAME}: run it again with --debug and report what it prints."
    return clean(f"{type(error).__name__}: {error}") + again, FAILED
