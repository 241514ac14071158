"""From an edit of resnet-152 to all that the app shows of it anew: under 5 milliseconds.

Each round makes an edit never made before, as a person does: the width of stage 3, the word of one block, the switch of
the whole network. Peers in the same run: the same edit with nothing remembered from before, and the preset read anew.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable
from statistics import median
from typing import Any

from tui_ablate import data, graph, spec
from tui_ablate.graph import picture
from tui_ablate.graph.build import forget
from tui_ablate.graph.summary import rows, totals_rows

ROUNDS = 60
LIMIT_MS = 5.0
PRESET = "resnet-152"
COLUMNS = 60

Experiment = Any
STEPS: dict[str, Callable[[Any], Any]] = {
    "layer graph and totals": lambda experiment: graph.build(experiment, data.enters(experiment.data)),
    "layer table": lambda network: (graph.summary(network), rows(network, "stage3.block4"), totals_rows(network)),
    "picture of the stack": lambda network: picture.lines(graph.drawing(network), COLUMNS),
}


def main() -> int:
    experiment = spec.load(PRESET)
    times: dict[str, list[float]] = defaultdict(list)
    for index in range(ROUNDS):
        path, value = edit_number(index)
        started = time.perf_counter()
        edited = spec.edit(experiment, path, value)
        since(started, times["edit, checked"])
        network = show(edited, times)
        times["edit to new summary"].append(sum(spent[-1] for name, spent in times.items() if name in PARTS))
        forget()
        started = time.perf_counter()
        assert show(spec.edit(experiment, path, value), defaultdict(list)) == network
        since(started, times["with nothing remembered"])
        started = time.perf_counter()
        show(spec.load(PRESET, sets=(f"{path}={str(value).lower()}",)), defaultdict(list))
        since(started, times["the preset read anew"])
    promised = median(times["edit to new summary"])
    for name in (*PARTS, "edit to new summary", "with nothing remembered", "the preset read anew"):
        spent = times[name]
        ratio = f"{median(spent) / promised:5.2f}x" if name not in PARTS else "      "
        print(f"{name:<26}{median(spent):8.2f} ms {ratio}   {min(spent):.2f} to {max(spent):.2f}")
    print(f"promised                  {LIMIT_MS:8.2f} ms          medians of {ROUNDS} edits")
    return 0 if promised < LIMIT_MS else 1


PARTS = ("edit, checked", *STEPS)


def edit_number(index: int) -> tuple[str, object]:
    """One of three kinds of edit, and none twice but the network's switch."""
    if index % 3 == 0:
        return "model.stages.2.channels", 128 + 4 * index
    if index % 3 == 1:
        return "model.stages.2.residual", [block != index % 36 for block in range(36)]
    return "model.residual", False


def show(experiment: Experiment, times: dict[str, list[float]]) -> graph.LayerGraph:
    """All that the app shows of a network; what each step took is added to ``times``, in milliseconds."""
    made: Any = experiment
    network: Any = None
    for name, step in STEPS.items():
        started = time.perf_counter()
        made = step(made if network is None else network)
        since(started, times[name])
        network = network or made
    assert isinstance(network, graph.LayerGraph)
    return network


def since(started: float, spent: list[float]) -> None:
    spent.append(1e3 * (time.perf_counter() - started))


if __name__ == "__main__":
    sys.exit(main())
