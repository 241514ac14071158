"""What is wrong with a request about runs, in one or two plain sentences."""

from __future__ import annotations


class RunsError(Exception):
    """A request about runs that cannot be met; the text says why and what to do."""
