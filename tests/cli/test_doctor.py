"""`doctor`."""

from __future__ import annotations

import pytest

from tui_ablate import runs

from .conftest import Cli


@pytest.mark.parametrize(("ok", "status"), [(True, 0), (None, 0), (False, 1)])
def test_what_is_found_is_told_with_advice(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, ok: bool | None, status: int
) -> None:
    check = runs.Check(name="GPU", ok=ok, says="[none] found\x1b[31m", advice="Install a driver.")
    monkeypatch.setattr(runs, "doctor", lambda home: [check])
    said = cli("doctor")
    assert said.status == status
    assert "GPU" in said.out
    assert "[none] found" in said.out
    assert "Install a driver." in said.out
    assert "\x1b" not in said.out
    assert cli("doctor", "--json").json[0]["ok"] is ok


@pytest.mark.slow
def test_this_machine_can_train(process: Cli) -> None:
    said = process("doctor")
    assert said.status == 0
    assert "TensorFlow" in said.out
