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
    known = {"metrics": {} if error is None else {"test.top1_error": error}} | more
    return Row(id=f"{variant[0]}{seed}", variant=variant, seed=seed, state=state, **known)  # type: ignore[arg-type]


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


def test_data_without_a_test_set_are_told_by_validation_and_the_table_says_so() -> None:
    runs = [run(variant, 0, metrics={"validation.top1_error": 0.25}) for variant in ("residual", ODD)]
    results = table(made(runs, seeds=1))
    title = "top-1 error on validation, 1 seed each: these data have no test set"
    for format_ in ("table", "markdown"):
        assert render(results, format_).splitlines()[0] == title
    assert render(results, "latex").startswith(f"% {title};")
    assert "25.00 %" in render(results)
    assert render(results, "csv").splitlines()[:2] == [
        "variant,seed,run,state,validation.top1_error",
        "residual,0,r0,done,0.25",
    ]
    told = json.loads(render(results, "json"))
    assert (told[0]["metric"], told[0]["note"], told[0]["mean"]) == (
        "validation.top1_error",
        "these data have no test set",
        0.25,
    )


def test_one_tested_run_keeps_the_table_on_the_test_set() -> None:
    mixed = [run("residual", 0, 0.01), run(ODD, 0, metrics={"validation.top1_error": 0.25})]
    text = render(table(made(mixed, seeds=1)))
    assert text.splitlines()[0] == "top-1 error on test, 1 seed each"
    assert "no value" in text


def test_a_table_without_any_value_says_why() -> None:
    text = render(table(made([run("residual", 0), run(ODD, 0)], seeds=1)))
    assert text.splitlines()[0] == "top-1 error on test, 1 seed each: these data have no test set"


@pytest.mark.parametrize(("width", "head"), [(80, "seed"), (60, "lowest"), (30, "mean")])
def test_a_narrow_screen_gets_as_much_of_the_seeds_as_fits(width: int, head: str) -> None:
    runs = [run(variant, seed, 0.25) for variant in ("residual", ODD) for seed in range(5)]
    lines = render(table(made(runs, seeds=5)), width=width).splitlines()
    assert max(map(len, lines)) <= width
    (columns,) = [line for line in lines if line.startswith("variant")]
    assert columns.split()[1] == head
    assert "25.00 %" in lines[-1]


@pytest.mark.parametrize("format_", FORMATS)
def test_many_seeds_and_no_runs_fit_every_format(format_: str) -> None:
    assert render(table(made([], seeds=30)), format_).endswith("\n")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="markdown"):
        render(table(FULL), "xlsx")
