"""What a worker keeps from one run for the next: compiled networks and the data on the device."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Any

import msgspec

from ..graph.network import LayerGraph
from ..spec.experiment import Constant, Data, Training
from .compiled import Compiled
from .loop import Splits

NETWORKS = 4
PARAMETERS = 60_000_000
"""Networks are kept while all of them together have no more parameters than this."""


class Shelf:
    """The networks used last, and the data used last."""

    def __init__(self) -> None:
        self._networks: OrderedDict[Any, Compiled] = OrderedDict()
        self._splits: tuple[str, Splits] | None = None

    def network(self, graph: LayerGraph, data: Data, training: Training) -> tuple[Compiled, float | None]:
        """The compiled network, and the seconds compiling took; None where it was on the shelf."""
        key = _key(graph, data, training)
        if key in self._networks:
            self._networks.move_to_end(key)
            return self._networks[key], None
        kept = list(self._networks)
        while kept and (
            len(kept) >= NETWORKS
            or graph.totals.params + sum(self._networks[k].graph.totals.params for k in kept) > PARAMETERS
        ):
            del self._networks[kept.pop(0)]
        began = time.perf_counter()
        network = Compiled(graph, data, training)
        network.trace()
        self._networks[key] = network
        return network, time.perf_counter() - began

    def splits(self, fingerprint: str) -> Splits | None:
        """The data of ``fingerprint`` where they were used last. Forgets others, to make room."""
        if self._splits is not None and self._splits[0] == fingerprint:
            return self._splits[1]
        self._splits = None
        return None

    def keep(self, fingerprint: str, splits: Splits) -> None:
        """Keep ``splits`` for the next run."""
        self._splits = (fingerprint, splits)


def _key(graph: LayerGraph, data: Data, training: Training) -> Any:
    """Everything that is written into the compiled functions."""
    compiled = msgspec.structs.replace(
        training, epochs=1, schedule=Constant(), checkpoint="last", early_stopping=None, deterministic=False
    )
    return graph, data.batch_size, data.scale, data.augment, compiled
