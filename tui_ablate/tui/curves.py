"""The runs of a group as series for the charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from ..charts import Options, Series
from ..journal import number

if TYPE_CHECKING:
    from ..journal import Curves
    from ..runs import Row
    from .snapshot import Group, Snapshot


Points: TypeAlias = "Callable[[Row, Curves], tuple[tuple[float, ...], tuple[float, ...]]]"


def colours(group: Group) -> dict[str, int]:
    """Palette entry of every run by id: its variant's in a study, else its own place in the order of ids."""
    if group.variants:
        places = {variant: index for index, variant in enumerate(group.variants)}
        return {row.id: places.get(row.variant or "", len(places)) for row in group.runs}
    return {row.id: index for index, row in enumerate(sorted(group.runs, key=lambda row: row.id))}


def loss(snapshot: Snapshot, *, log: bool) -> tuple[tuple[Series, ...], Options]:
    """Training loss of every run over epochs."""
    return _series(snapshot, _loss), Options(
        title="training loss", x_label="epoch", log=log, x_limits=_epochs(snapshot), legend=False
    )


def accuracy(snapshot: Snapshot) -> tuple[tuple[Series, ...], Options]:
    """Validation accuracy of every run over epochs."""
    options = Options(
        title="validation accuracy",
        x_label="epoch",
        percent=True,
        y_limits=(0.0, 1.0),
        x_limits=_epochs(snapshot),
        legend=False,
    )
    return _series(snapshot, _accuracy), options


def named(group: Group) -> tuple[Series, ...]:
    """For the legend that both charts share: of a study its variants, else every run, by its seed where that tells."""
    colour = colours(group)
    if group.variants:
        drawn = {row.variant: colour[row.id] for row in group.runs}
        return tuple(Series(name, (), (), drawn[name]) for name in group.variants if name in drawn)
    seeds = Counter(row.seed for row in group.runs)
    return tuple(
        Series(f"seed {row.seed}" + (f" · {row.id}" if seeds[row.seed] > 1 else ""), (), (), colour[row.id])
        for row in group.runs
    )


def _series(snapshot: Snapshot, points: Points) -> tuple[Series, ...]:
    group = snapshot.group
    if group is None:
        return ()
    found = dict(snapshot.curves)
    colour = colours(group)
    return tuple(
        Series("", *(points(row, found[row.id]) if row.id in found else ((), ())), colour[row.id]) for row in group.runs
    )


def _loss(row: Row, curves: Curves) -> tuple[tuple[float, ...], tuple[float, ...]]:
    each = row.steps / row.epochs if row.steps and row.epochs else 0
    if curves.steps and each:
        return tuple(s.step / each for s in curves.steps), tuple(number(s.loss) for s in curves.steps)
    return tuple(float(e.epoch) for e in curves.epochs), tuple(number(e.loss) for e in curves.epochs)


def _accuracy(row: Row, curves: Curves) -> tuple[tuple[float, ...], tuple[float, ...]]:
    told = [e for e in curves.epochs if e.validation_accuracy is not None]
    return tuple(float(e.epoch) for e in told), tuple(number(e.validation_accuracy) for e in told)


def _epochs(snapshot: Snapshot) -> tuple[float, float] | None:
    most = max((row.epochs for row in snapshot.group.runs), default=0) if snapshot.group else 0
    return (0.0, float(most)) if most else None
