"""The whole way with the real worker: a study on the digits, and a worker killed while it trains."""

from __future__ import annotations

import os
import signal
import sys

import msgspec
import pytest

from tests.runs.conftest import Place, until
from tui_ablate import journal
from tui_ablate.runs import curves, ensure_supervisor, study, submit, submit_study
from tui_ablate.spec import load_study, set_values
from tui_ablate.study import render, table

pytestmark = pytest.mark.slow


def test_a_study_is_trained_and_tabled(place: Place) -> None:
    plan = load_study("digits-residual", 1, ["training.epochs=1"])
    made = submit_study(place.home, plan, device="cpu")
    ensure_supervisor(place.home)
    until(lambda: study(place.home, made).ended, 240)
    told = study(place.home, made)
    assert [run.state for run in told.runs] == ["done", "done"], [run.sentence for run in told.runs]
    assert [result.done for result in table(told)] == [1, 1]
    assert "digits-plain-20" in render(table(told))
    assert len(curves(place.home, told.runs[0].id).epochs) == 1
    assert len({place.pid(run.id) for run in told.runs}) == 1, "one process trained both"


def test_a_run_whose_worker_is_killed_goes_on_and_ends_as_if_it_had_not_been(place: Place) -> None:
    experiment = set_values(place.experiment, ["training.epochs=3", "data.limit=256"])
    killed, whole = submit(place.home, experiment, [5], device="cpu"), submit(place.home, experiment, [5], device="cpu")
    ensure_supervisor(place.home)
    until(lambda: any(isinstance(e, journal.Checkpoint) for e in journal.read(place.journal(killed[0]))), 240)
    claim = journal.read_claim(place.home.run(killed[0]))
    assert claim is not None
    os.kill(claim.pid, signal.SIGKILL)
    until(lambda: place.row(killed[0]).over and place.row(whole[0]).over, 240)
    assert place.row(killed[0]).state == "done", place.row(killed[0]).sentence
    assert "SIGKILL" in (place.row(killed[0]).warning or "")
    assert place.row(killed[0]).metrics == place.row(whole[0]).metrics


def test_doctor_asks_the_real_tensorflow() -> None:
    probe = sys.modules["tui_ablate.runs.doctor"].ask_tensorflow()
    assert probe.error is None, msgspec.json.encode(probe)
    assert probe.tensorflow
