"""A real pseudo-terminal with a real program in it, read by a terminal emulator."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

import pexpect
import pyte

KEYS = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
}
KEYS |= {"ctrl+c": "\x03", "space": " ", "backspace": "\x7f"}


class Terminal:
    """`command` in a terminal of `columns` x `rows`. Leaving the `with` closes it as closing a window does: SIGHUP."""

    def __init__(
        self, command: Sequence[str], *, columns: int = 120, rows: int = 40, env: Mapping[str, str] | None = None
    ) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.child = pexpect.spawn(
            command[0],
            list(command[1:]),
            dimensions=(rows, columns),
            env={**os.environ, "TERM": "xterm-256color", **(env or {})},
            timeout=None,
        )
        self.child.delaybeforesend = None

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the terminal; the program gets SIGHUP, and SIGKILL should it ignore that."""
        self.child.close(force=True)

    @property
    def text(self) -> str:
        """What a person sees now, a line for each row."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def colours(self) -> list[tuple[str, str, str]]:
        """The screen with its colours: (character, foreground, background) of every cell, row by row."""
        cells = (self._screen.buffer[y][x] for y in range(self._screen.lines) for x in range(self._screen.columns))
        return [(cell.data, cell.fg, cell.bg) for cell in cells]

    def press(self, *keys: str) -> None:
        """Press keys one by one: names of KEYS, or characters as they are."""
        for key in keys:
            self.child.send(KEYS.get(key, key))

    def read(self, seconds: float) -> bool:
        """Feed what the program wrote, waiting for it up to `seconds`; False at the end of its output."""
        try:
            self._stream.feed(self.child.read_nonblocking(65536, timeout=seconds))
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        return True

    def wait(self, wanted: str | Callable[[str], object], seconds: float = 30) -> str:
        """Read until `wanted` (a text, or a test of the screen's text) is there; returns the screen.

        Raises AssertionError with the screen as it stood when `seconds` were over or the program ended.
        """
        holds = wanted if callable(wanted) else lambda screen: wanted in screen
        end = time.monotonic() + seconds
        alive = True
        while not holds(self.text):
            left = end - time.monotonic()
            if left <= 0 or not alive:
                why = f"not there after {seconds:g} s" if alive else "the program ended"
                raise AssertionError(f"waiting for {wanted!r}: {why}. The screen:\n{self.text}")
            alive = self.read(min(left, 0.2))
        return self.text

    def end(self, seconds: float = 30) -> int:
        """Read until the program ends; its exit status (minus the signal, if one ended it)."""
        end = time.monotonic() + seconds
        while self.read(0.2):
            assert time.monotonic() < end, f"still running after {seconds:g} s. The screen:\n{self.text}"
        self.child.close()
        return self.child.exitstatus if self.child.exitstatus is not None else -int(self.child.signalstatus or 0)
