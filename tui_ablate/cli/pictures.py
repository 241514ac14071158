"""Charts of runs: training loss and validation accuracy, a line a group of runs."""

from __future__ import annotations

from collections.abc import Sequence

from ..charts import Line, Options, Series, average, draw
from ..journal import Curves, number

HEIGHT = 14


def run_charts(groups: Sequence[tuple[str, Sequence[Curves]]], width: int) -> list[tuple[Line, ...]]:
    """Two charts ``width`` cells wide, one line for each (label, curves of its runs): the mean where there are more."""
    counts = {len(several) for _, several in groups}
    alike = counts.pop() if len(counts) == 1 else 0
    mean = f", mean of {alike} seeds" if alike > 1 else ""
    losses, accuracies = [], []
    for index, (label, several) in enumerate(groups):
        told = f"{label}, mean of {len(several)}" if not alike and len(several) > 1 else label
        losses.append(average([_losses(one) for one in several], told, index))
        accuracies.append(average([_accuracies(one) for one in several], told, index))
    accuracy = Options(title=f"validation accuracy{mean}", x_label="epoch", percent=True, y_limits=(0.0, 1.0))
    return [
        draw(losses, width, HEIGHT, Options(title=f"training loss{mean}", x_label="epoch")),
        draw(accuracies, width, HEIGHT, accuracy),
    ]


def _losses(curves: Curves) -> Series:
    """Loss over epochs: at every step kept, as far as an epoch's end tells how many steps it has."""
    if not curves.epochs or not curves.steps:
        return Series("", [e.epoch for e in curves.epochs], [number(e.loss) for e in curves.epochs])
    steps = curves.epochs[-1].step / curves.epochs[-1].epoch
    return Series("", [s.step / steps for s in curves.steps], [number(s.loss) for s in curves.steps])


def _accuracies(curves: Curves) -> Series:
    known = [e for e in curves.epochs if e.validation_accuracy is not None]
    return Series("", [e.epoch for e in known], [number(e.validation_accuracy) for e in known])
