"""Numbers as a person reads them."""

from __future__ import annotations

import pytest

from tui_ablate.graph import numbers


@pytest.mark.parametrize(
    ("count", "says"),
    [
        (0, "0"),
        (9_408, "9,408"),
        (21_319_754, "21.32 M"),
        (236_100_000, "236.1 M"),
        (99_999, "100.0 k"),
        (999_999, "1.00 M"),
        (3_664_000_000, "3.66 G"),
        (5 * 10**18, "5,000.0 P"),
    ],
)
def test_counts(count: int, says: str) -> None:
    assert numbers.human(count) == says


@pytest.mark.parametrize(("size", "says"), [(0, "0 B"), (1023, "1023 B"), (1024, "1.00 kB"), (1 << 30, "1.00 GB")])
def test_bytes(size: int, says: str) -> None:
    assert numbers.memory(size) == says


def test_differences_have_a_sign() -> None:
    assert [numbers.signed(n) for n in (0, 5, -180_928)] == ["=", "+5", "−180.9 k"]
    assert [numbers.signed_memory(n) for n in (0, 2048, -1)] == ["=", "+2.00 kB", "−1 B"]


def test_shapes() -> None:
    assert numbers.shape((2, 2, 256)) == "2×2×256"
