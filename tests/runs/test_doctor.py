"""What doctor says of machines that are not this one, and of this one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tui_ablate.runs import Home, devices, filesystem
from tui_ablate.runs import doctor as _  # noqa: F401
from tui_ablate.runs.devices import Device
from tui_ablate.runs.places import places, unmatched
from tui_ablate.spec import Environment

doctor = sys.modules["tui_ablate.runs.doctor"]
CARDS = [Device("gpu:0", "H200", uuid="GPU-aa"), Device("gpu:1", "H200", uuid="GPU-bb")]


def test_a_gpu_that_tensorflow_does_not_see_gets_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    blind = doctor.Probe("2.21.0", "3.15.1")
    check = doctor._gpu(blind, "550.1", ["H200"])
    assert check.ok is False
    assert "pip install 'tui-ablate[cuda]'" in check.advice
    assert doctor._gpu(doctor.Probe("2.21.0", "3.15.1", ("H200",)), "550.1", ["H200"]).ok is True
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert "unset it" in doctor._gpu(blind, "550.1", ["H200"]).advice


def test_a_tensorflow_that_hangs_or_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "not ended after 0 seconds" in doctor.ask_tensorflow(0.01).error
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    probe = doctor.ask_tensorflow()
    assert doctor._tensorflow(probe).ok is False


@pytest.mark.parametrize(("answer", "ok"), [("b true", False), ("b false", True), ("", None)])
def test_logind(answer: str, ok: bool | None) -> None:
    assert doctor.kill_user_processes(answer).ok is ok


def test_every_check_of_this_machine_has_a_sentence(home: Path) -> None:
    made = Home(home)
    for check in (
        doctor.python(),
        doctor.home_check(made),
        doctor.disk(made),
        doctor.logind(),
        doctor.slurm(),
        doctor.terminal(),
    ):
        assert check.says
        assert check.ok is not False, check
    assert devices()[-1].name == "cpu"


def test_the_innermost_mount_tells_the_file_system() -> None:
    mounts = "/dev/sda / ext4 rw 0 0\nsrv:/h /home nfs4 rw 0 0\ntmpfs /home/me/my\\040tmp tmpfs rw 0 0\n"
    assert filesystem.kind(Path("/home/me/runs"), mounts) == "nfs4"
    assert filesystem.kind(Path("/home/me/my tmp/x"), mounts) == "tmpfs"
    assert filesystem.kind(Path("/homes"), mounts) == "ext4"
    assert filesystem.kind(Path("/x"), "garbage\n") == ""


@pytest.mark.parametrize(
    ("device", "visible", "said"),
    [
        (None, "MIG-a1b2", "MIG-a1b2"),
        (None, "7", "7"),
        (None, "-1", None),
        (None, "", None),
        (None, "1", None),
        (None, "MIG-a1b2,0", None),
        (None, None, None),
        ("cpu", "MIG-a1b2", None),
    ],
)
def test_a_gpu_that_is_no_whole_card_is_said(device: str | None, visible: str | None, said: str | None) -> None:
    variables = {} if visible is None else {"CUDA_VISIBLE_DEVICES": visible}
    needs = Environment(python="p", threads=1, device=device, variables=variables)
    assert unmatched(needs, CARDS) == said
    checks = doctor._unmatched(needs, CARDS)
    assert [check.ok for check in checks] == [False] * (said is not None)
    assert doctor._unmatched(needs, []) == []


@pytest.mark.parametrize(
    ("device", "visible", "expected"),
    [
        (None, None, ["gpu:0", "gpu:1"]),
        (None, "1", ["gpu:1"]),
        (None, "GPU-aa", ["gpu:0"]),
        (None, "-1", ["cpu"]),
        (None, "", ["cpu"]),
        ("cpu", None, ["cpu"]),
        ("gpu:1", "0", ["gpu:1"]),
    ],
)
def test_where_a_run_may_train(device: str | None, visible: str | None, expected: list[str]) -> None:
    variables = {} if visible is None else {"CUDA_VISIBLE_DEVICES": visible}
    assert places(Environment(python="p", threads=1, device=device, variables=variables), CARDS) == expected
    assert places(Environment(python="p", threads=1), []) == ["cpu"]
