"""From events to curves: what was superseded is left out, and no run writes more points than a chart can use."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from .events import AnyEvent, Epoch, Resumed, Step, Tested, number

STEPS_KEPT = 2000


class Curves(msgspec.Struct, frozen=True):
    """Points of one run in order of time."""

    steps: tuple[Step, ...] = ()
    epochs: tuple[Epoch, ...] = ()
    tested: Tested | None = None


def curves(events: Iterable[AnyEvent]) -> Curves:
    """The curves that ``events`` tell; a resumption takes back what stood beyond it."""
    steps: list[Step] = []
    epochs: list[Epoch] = []
    tested: Tested | None = None
    for event in events:
        if isinstance(event, Step):
            while steps and steps[-1].step >= event.step:  # told before by a worker that was killed
                steps.pop()
            steps.append(event)
        elif isinstance(event, Epoch):
            while epochs and epochs[-1].epoch >= event.epoch:
                epochs.pop()
            epochs.append(event)
        elif isinstance(event, Tested):
            tested = event
        elif isinstance(event, Resumed):
            while steps and steps[-1].step > event.step:
                steps.pop()
            while epochs and epochs[-1].epoch > event.epoch:
                epochs.pop()
            tested = None
    return Curves(tuple(steps), tuple(epochs), tested)


class Thinner:
    """Keeps at most ``limit`` of a run's ``total_steps`` steps: of each window the lowest and the highest loss.

    A loss that is not finite counts as the highest. Windows are aligned to step numbers, so a resumed run
    keeps the same steps.
    """

    def __init__(self, total_steps: int, limit: int = STEPS_KEPT) -> None:
        self.window = 1 if total_steps <= limit else -(-2 * total_steps // (limit - 2))
        self.held: list[Step] = []
        """Steps of the window so far."""

    def add(self, step: Step) -> list[Step]:
        """Take ``step``; returns the steps to write now, in order."""
        if self.window == 1:
            return [step]
        self.held.append(step)
        return self.flush() if step.step % self.window == 0 else []

    def flush(self) -> list[Step]:
        """The kept steps of the window so far."""
        held, self.held = self.held, []
        if len(held) <= 2:
            return held

        def height(step: Step) -> float:
            loss = number(step.loss)
            return loss if loss == loss else float("inf")

        low = min(range(len(held)), key=lambda i: height(held[i]))
        high = max(range(len(held)), key=lambda i: height(held[i]))
        return [held[i] for i in sorted({low, high})]
