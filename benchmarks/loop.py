"""Images a second of the training loop against bare ``model.fit``: at least 0.99 on a ResNet, 1.5 on a tiny net.

Both train the same layers with the same optimizer, loss and batches on the digits. ``fit`` gets its images as float32,
scaled beforehand; the loop gets bytes, and scales them as it goes. The times are of whole epochs once all is compiled.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from statistics import median

import numpy as np

ROUNDS = 7
NETS: tuple[tuple[str, tuple[str, ...], float], ...] = (
    ("ResNet-20", ("training.epochs=2",), 0.99),
    (
        "tiny net",
        (
            "model.stages=[{block: vgg, convs: 1, channels: 8}]",
            "model.stem=none",
            "data.batch_size=32",
            "training.epochs=20",
        ),
        1.5,
    ),
)


def main() -> int:
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    print(f"{'':10s} {'loop':>10s} {'fit':>10s} {'ratio':>7s}   (images a second, medians of {ROUNDS} by turns)")
    held = True
    for name, sets, promised in NETS:
        loop, fit, images = trainings(sets)
        loop(), fit()  # compile
        pairs = [(seconds(loop), seconds(fit)) for _ in range(ROUNDS)]
        ours, theirs = (images / median(column) for column in zip(*pairs, strict=True))
        held &= ours / theirs >= promised
        print(
            f"{name:10s} {ours:10,.0f} {theirs:10,.0f} {ours / theirs:7.2f}   promised: at least {promised}", flush=True
        )
    return 0 if held else 1


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def trainings(sets: tuple[str, ...]) -> tuple[Callable[[], object], Callable[[], object], int]:
    """(epochs by our loop, the same by ``fit``, images trained on) of digits-resnet-20 with `sets` on top."""
    from tui_ablate import data, graph, spec
    from tui_ablate.data.digits import digits
    from tui_ablate.train.backend import keras
    from tui_ablate.train.builder import build_model
    from tui_ablate.train.compiled import Compiled
    from tui_ablate.train.feeding import Resident
    from tui_ablate.train.loop import Run, Splits

    experiment = spec.load("digits-resnet-20", sets)
    layers = graph.build(experiment, data.enters(experiment.data))
    part = digits()["train"]
    images, labels = np.asarray(part.images), np.asarray(part.labels)

    channels = np.zeros(images.shape[-1], np.float32), np.ones(images.shape[-1], np.float32)
    splits = Splits(Resident(images, labels, "/CPU:0"), None, None, *channels)
    network = Compiled(layers, experiment.data, experiment.training)
    epochs = experiment.training.epochs

    def loop() -> object:
        return Run(network, experiment, splits, 0, lambda event: None, lambda epoch, step: None).go()

    def fit() -> object:
        return peer.fit(scaled, labels, batch_size=experiment.data.batch_size, epochs=epochs, verbose=0)

    peer = build_model(layers, "float32")
    peer.compile(
        keras.optimizers.SGD(0.05, momentum=0.9),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    scaled = images.astype(np.float32) / 255
    return loop, fit, len(labels) * epochs


if __name__ == "__main__":
    sys.exit(main())
