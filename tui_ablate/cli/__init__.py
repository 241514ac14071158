"""The same verbs without a screen, a file per group. Knows every room but `train` and `tui`."""

from .entry import main

__all__ = ["main"]
