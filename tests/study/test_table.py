"""The table says what is there and what is not."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tui_ablate.runs import Row, StudyRow
from tui_ablate.study import FORMATS, render, table

ODD = "a_b & 50% | −x"


def run(variant: str, seed: int, error: float | None = None, state: str = "done", **more: object) -> Row:
    metrics = {} if error is None else {"test.top1_error": error}
    return Row(id=f"{variant[0]}{seed}", variant=variant, seed=seed, state=state, metrics=metrics, **more)  # type: ignore[arg-type]


def made(runs: list[Row], seeds: int = 2) -> StudyRow:
    return StudyRow(
        id="s",
        name="s",
        about="",
        baseline="residual",
        metric="test.top1_error",
        created=0,
        seeds=tuple(range(seeds)),
        variants=("residual", ODD),
        runs=tuple(runs),
    )


FULL = made([run("residual", 0, 0.01), run("residual", 1, 0.02), run(ODD, 0, 0.5), run(ODD, 1, 0.4)])


def test_single_values_and_mean_in_percent() -> None:
    text = render(table(FULL))
    assert text.splitlines()[0] == "top-1 error on test, 2 seeds each"
    assert text.splitlines()[3].split() == ["residual", "1.00", "%", "2.00", "%", "1.50", "%"]


def test_what_is_missing_is_said_before_a_mean() -> None:
    part = made(
        [
            run("residual", 0, 0.01),
            run("residual", 1, state="running", step=4, steps=10),
            run(ODD, 0, state="diverged"),
        ]
    )
    text = render(table(part))
    assert "running 40 %" in text
    assert "1.00 % (1 of 2)" in text
    assert "diverged" in text
    assert "missing" in text
    assert "0 of 2" in text


def test_a_run_that_failed_late_has_no_value() -> None:
    (result, _) = table(made([run("residual", 0, 0.9, state="cancelled")]))
    assert result.values == (None, None)
    assert result.mean is None


def test_data_are_fractions() -> None:
    told = json.loads(render(table(FULL), "json"))
    assert [each["mean"] for each in told] == [pytest.approx(0.015), pytest.approx(0.45)]
    assert told[0]["runs"][0] == {"seed": 0, "run": "r0", "state": "done", "value": 0.01}
    lines = list(csv.DictReader(io.StringIO(render(table(FULL), "csv"))))
    assert [line["test.top1_error"] for line in lines[:2]] == ["0.01", "0.02"]
    assert lines[3]["variant"] == ODD


def test_names_are_escaped_for_papers() -> None:
    assert r"a\_b \& 50\% | $-$x & 50.00 \%" in render(table(FULL), "latex")
    assert r"| a_b & 50% \| −x | 50.00 % |" in render(table(FULL), "markdown")


@pytest.mark.parametrize("format_", FORMATS)
def test_many_seeds_and_no_runs_fit_every_format(format_: str) -> None:
    assert render(table(made([], seeds=30)), format_).endswith("\n")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="markdown"):
        render(table(FULL), "xlsx")
