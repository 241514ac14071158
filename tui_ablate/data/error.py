"""What goes wrong with data, in plain sentences."""

from __future__ import annotations


class DataError(Exception):
    """A data set that cannot be used; the text says what was wrong and what to do."""
