"""A study's table as text: for a screen, a README, a spreadsheet, a program, a paper.

Screens and papers get percent, data get fractions.
"""

from __future__ import annotations

import csv
import io
import textwrap
from collections.abc import Callable, Sequence

import msgspec
from rich.cells import cell_len

from .table import SeedResult, VariantResult

SEEDS_SHOWN = 8
"""With more seeds than this, a screen shows the lowest and the highest value instead of each."""
NAMES = {
    f"{part}.{what}": f"{name} on {part}"
    for part in ("test", "validation")
    for what, name in {"top1_error": "top-1 error", "accuracy": "accuracy", "loss": "loss"}.items()
}
_LATEX = {c: f"\\{c}" for c in "&%$#_{}"} | {
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "−": "$-$",
    "→": r"$\to$",
    "÷": r"$\div$",
}


def _percent(metric: str) -> bool:
    return metric.endswith(("error", "accuracy"))


def shown(value: float, metric: str) -> str:
    """``value`` for people: percent for errors and accuracies."""
    return f"{100 * value:.2f} %" if _percent(metric) else f"{value:.4g}"


def cell(run: SeedResult, metric: str) -> str:
    """What a table says of one run: its value, or honestly what it is instead."""
    if run.value is not None:
        return shown(run.value, metric)
    if run.state in ("running", "pausing", "paused") and run.progress > 0:
        return f"{run.state} {100 * run.progress:.0f} %"
    if run.state == "done":
        return "no value"
    return run.state.replace("_", " ")


def mean_cell(result: VariantResult) -> str:
    """The mean, and over how many runs where not all have a value."""
    if result.mean is None:
        return f"0 of {result.total}"
    text = shown(result.mean, result.metric)
    return text if result.done == result.total else f"{text} ({result.done} of {result.total})"


def _cells(results: Sequence[VariantResult]) -> list[list[str]]:
    """Head and rows as text, for the formats people read."""
    return _each(results) if results[0].total <= SEEDS_SHOWN else _ends(results)


def _each(results: Sequence[VariantResult]) -> list[list[str]]:
    """What every seed gave."""
    head = ["variant", *(f"seed {run.seed}" for run in results[0].runs), "mean"]
    return [head, *([r.variant, *(cell(run, r.metric) for run in r.runs), mean_cell(r)] for r in results)]


def _ends(results: Sequence[VariantResult]) -> list[list[str]]:
    """The lowest and the highest of the seeds, and how many have no value where some have none."""
    rows = [["variant", "lowest", "highest", "without a value", "mean"]]
    for result in results:
        known = [value for value in result.values if value is not None]
        ends = [shown(min(known), result.metric), shown(max(known), result.metric)] if known else ["–", "–"]
        without = sorted({cell(run, result.metric).split()[0] for run in result.runs if run.value is None})
        missing = result.total - result.done
        rows.append([result.variant, *ends, f"{missing} ({', '.join(without)})" if missing else "–", mean_cell(result)])
    if all(result.done == result.total for result in results):
        rows = [[*row[:3], row[4]] for row in rows]
    return rows


def _title(results: Sequence[VariantResult]) -> str:
    metric, total, note = results[0].metric, results[0].total, results[0].note
    return f"{NAMES.get(metric, metric)}, {total} seed{'s' * (total != 1)} each" + (f": {note}" if note else "")


def _table(results: Sequence[VariantResult], width: int | None = None) -> str:
    """The table with as much of the seeds as ``width`` cells have room for."""
    means = [["variant", "mean"], *([each.variant, mean_cell(each)] for each in results)]
    forms = [_aligned(rows) for rows in (_cells(results), _ends(results), means)]
    lines = next((form for form in forms if width is None or max(map(cell_len, form)) <= width), forms[-1])
    title = _title(results) if width is None else textwrap.fill(_title(results), width)
    return "\n".join([title, "", *lines]) + "\n"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]

    def line(row: Sequence[str]) -> str:
        first = row[0] + " " * (widths[0] - cell_len(row[0]))
        rest = (" " * (w - cell_len(text)) + text for text, w in zip(row[1:], widths[1:], strict=True))
        return "   ".join([first, *rest]).rstrip()

    return [line(row) for row in rows]


def _markdown(results: Sequence[VariantResult]) -> str:
    rows = [[text.replace("\\", "\\\\").replace("|", "\\|") for text in row] for row in _cells(results)]
    rows.insert(1, ["---", *["---:"] * (len(rows[0]) - 1)])
    return f"{_title(results)}\n\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _latex(results: Sequence[VariantResult]) -> str:
    rows = [["".join(_LATEX.get(c, c) for c in text) for text in row] for row in _cells(results)]
    body = "".join(f"  {' & '.join(row)} \\\\\n" for row in rows[1:])
    head = f"  {' & '.join(rows[0])} \\\\\n"
    columns = "l" + "r" * (len(rows[0]) - 1)
    return (
        f"% {_title(results)}; needs \\usepackage{{booktabs}}\n\\begin{{tabular}}{{{columns}}}\n"
        f"  \\toprule\n{head}  \\midrule\n{body}  \\bottomrule\n\\end{{tabular}}\n"
    )


def _csv(results: Sequence[VariantResult]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["variant", "seed", "run", "state", results[0].metric])
    for result in results:
        for run in result.runs:
            writer.writerow(
                [result.variant, run.seed, run.run or "", run.state, "" if run.value is None else run.value]
            )
        writer.writerow([result.variant, "mean", "", f"{result.done} of {result.total}", result.mean])
    return out.getvalue()


def _json(results: Sequence[VariantResult]) -> str:
    told = [
        {
            "variant": result.variant,
            "baseline": result.baseline,
            "metric": result.metric,
            "note": result.note,
            "mean": result.mean,
            "done": result.done,
            "total": result.total,
            "runs": [{"seed": r.seed, "run": r.run, "state": r.state, "value": r.value} for r in result.runs],
        }
        for result in results
    ]
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode() + "\n"


FORMATS: dict[str, Callable[[Sequence[VariantResult]], str]] = {
    "table": _table,
    "markdown": _markdown,
    "latex": _latex,
    "csv": _csv,
    "json": _json,
}


def render(results: Sequence[VariantResult], format: str = "table", width: int | None = None) -> str:
    """``results`` in one of FORMATS, ending in a newline; a table in at most ``width`` cells, as far as that goes.

    Raises ValueError for another format or no variants.
    """
    if format not in FORMATS:
        raise ValueError(f"There is no format {format!r}. Use one of {', '.join(FORMATS)}.")
    if not results:
        raise ValueError("A study without variants has no table.")
    return _table(results, width) if format == "table" else FORMATS[format](results)
