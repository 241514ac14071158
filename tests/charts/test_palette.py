"""The palette, seen by every kind of eye and by a terminal of 256 colours."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from tui_ablate.charts import MARKERS, PALETTE

# Machado, Oliveira and Fernandes 2009, table 1 (severity 1.0), on linear RGB.
EYES = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def linear(color: str) -> np.ndarray:
    value = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    x = XYZ @ rgb / np.array([0.95047, 1.0, 1.08883])
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eye", EYES)
def test_any_two_colours_differ_to_every_eye(eye: str) -> None:
    seen = [lab(np.clip(EYES[eye] @ linear(color), 0, 1)) for color in PALETTE]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 21


def test_every_colour_reads_on_a_dark_background() -> None:
    dark = float(XYZ[1] @ linear("#1e1e1e"))
    assert all((float(XYZ[1] @ linear(color)) + 0.05) / (dark + 0.05) > 4 for color in PALETTE)


def test_every_colour_exists_in_256_colours() -> None:
    assert all(color[i : i + 2] in {"00", "5f", "87", "af", "d7", "ff"} for color in PALETTE for i in (1, 3, 5))


def test_each_colour_has_a_marker() -> None:
    assert len(set(MARKERS)) == len(PALETTE)
