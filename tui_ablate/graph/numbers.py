"""Numbers and shapes as a person reads them, the same in the app, on the command line and in reports."""

from __future__ import annotations

from collections.abc import Sequence

_COUNTS = ((10**15, "P"), (10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k"))
_BYTES = ((1024**4, "TB"), (1024**3, "GB"), (1024**2, "MB"), (1024, "kB"))


def exact(count: int) -> str:
    """``590,080``"""
    return f"{count:,}"


def human(count: int) -> str:
    """Three or four figures: ``9,408``, ``21.32 M``, ``236.1 M``, ``3.66 G``."""
    if abs(count) < 10_000:
        return exact(count)
    return _scaled(count, _COUNTS)


def memory(size: int) -> str:
    """Bytes in powers of 1024: ``812 B``, ``1.10 GB``."""
    return f"{size} B" if abs(size) < 1024 else _scaled(size, _BYTES)


def signed(difference: int) -> str:
    """A difference of counts: ``+176.1 k``, ``−9,408``, and ``=`` where there is none."""
    if difference == 0:
        return "="
    return f"{'+' if difference > 0 else '−'}{human(abs(difference))}"


def signed_memory(difference: int) -> str:
    """A difference of bytes, as ``signed``."""
    if difference == 0:
        return "="
    return f"{'+' if difference > 0 else '−'}{memory(abs(difference))}"


def shape(sizes: Sequence[int]) -> str:
    """``2×2×256``"""
    return "×".join(map(str, sizes))


def _scaled(count: int, units: tuple[tuple[int, str], ...]) -> str:
    for index, (size, unit) in enumerate(units):
        if index == len(units) - 1 or abs(count) >= 999.95 * units[index + 1][0]:
            value = count / size
            return f"{value:.2f} {unit}" if abs(value) < 99.995 else f"{value:,.1f} {unit}"
    raise AssertionError("units are never empty")
