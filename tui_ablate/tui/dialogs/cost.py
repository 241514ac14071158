"""What training costs, said before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..figures import about, count

if TYPE_CHECKING:
    from ..network import Network
    from ..snapshot import Snapshot

FORWARD_AND_BACK = 3
"""A training step takes about three times the multiply-adds of one pass forward."""


def cost(network: Network, runs: int, epochs: int, speed: float | None) -> list[str]:
    """Two lines: the work, and the time where ``speed`` (images a second) of earlier runs tells it."""
    from ...data import DataError, splits
    from ...graph import numbers

    work = f"{count(runs, 'run')} of {count(epochs, 'epoch')}"
    try:
        examples = splits(network.experiment.data).train
    except DataError:
        examples = None
    if examples is None:
        return [work, "How many images an epoch has is known after the download."]
    macs = FORWARD_AND_BACK * network.graph.totals.macs * examples * epochs * runs
    lines = [f"{work} over {examples:,} images, {numbers.human(macs)} multiply-adds"]
    if speed is None:
        return [*lines, "No run of this preset has been timed yet."]
    seconds = runs * epochs * examples / speed
    return [*lines, f"{about(seconds)} at {speed:,.0f} images a second, as the last run"]


def measured_speed(snapshot: Snapshot | None, name: str) -> float | None:
    """Images a second of the newest run of the experiment ``name``; None where none was timed."""
    rows = [row for group in (snapshot.groups if snapshot else ()) for row in group.runs]
    timed = [row for row in rows if row.name == name and row.images_per_second]
    return max(timed, key=lambda row: row.id).images_per_second if timed else None
