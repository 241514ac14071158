"""Who executes runs. An engine starts a worker and says whether it lives; the run's own exit.json beats its word."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from .. import journal
from ..spec.runfile import Environment
from .devices import gpus
from .environment import thawed
from .home import Home

WORKER = ("-m", "tui_ablate.train.worker")
DEVICE = "TUI_ABLATE_DEVICE"
"""The variable that tells which device a worker was started for, to whoever finds it later."""


class Gone(msgspec.Struct, frozen=True):
    """A worker that lives no more. ``status``: its exit status, minus the signal that killed it; None: not known."""

    status: int | None = None


class Worker(Protocol):
    """A worker as its engine knows it, for one device."""

    device: str
    pid: int
    environment: Environment | None
    """What it was started with; None for one that was found."""

    def offer(self, run_id: str) -> bool:
        """Give it another run; False where it does not listen."""

    def dismiss(self) -> None:
        """Tell it that no more runs come."""

    def poll(self) -> Gone | None:
        """None while it lives."""

    def cancel(self, *, force: bool = False) -> None:
        """Ask it, with everything it started, to end; or end it by force."""


class Engine(Protocol):
    """A way to execute runs."""

    def submit(self, run_id: str, environment: Environment, device: str) -> Worker:
        """Start a worker for a run, in the environment it froze, on ``device`` (cpu, gpu:N). Raises OSError."""

    def find(self, run_id: str) -> Worker | None:
        """The living worker that holds ``run_id``, whoever started it; None where this engine sees none."""


class _Process:
    """A process with a session of its own on this host."""

    def __init__(self, pid: int, device: str, environment: Environment | None) -> None:
        self.pid = pid
        self.device = device
        self.environment = environment

    def cancel(self, *, force: bool = False) -> None:
        try:
            os.killpg(self.pid, signal.SIGKILL if force else signal.SIGTERM)
        except ProcessLookupError:
            return  # it left by itself


class StartedWorker(_Process):
    """A worker that this process started: it takes runs on its standard input."""

    def __init__(self, process: subprocess.Popen[bytes], device: str, environment: Environment) -> None:
        super().__init__(process.pid, device, environment)
        self._process = process

    def offer(self, run_id: str) -> bool:
        pipe = self._process.stdin
        if pipe is None or pipe.closed:
            return False
        try:
            pipe.write(f"{run_id}\n".encode())
            pipe.flush()
        except OSError:
            return False  # it is gone; poll will say so
        return True

    def dismiss(self) -> None:
        pipe = self._process.stdin
        if pipe is not None and not pipe.closed:
            try:
                pipe.close()
            except OSError:
                return  # it is gone already

    def poll(self) -> Gone | None:
        status = self._process.poll()
        return None if status is None else Gone(status)


class FoundWorker(_Process):
    """A worker that another supervisor started: known by its claim, and deaf to offers."""

    def __init__(self, claim: journal.Claim) -> None:
        super().__init__(claim.pid, _device_of(claim.pid), None)
        self._claim = claim

    def offer(self, run_id: str) -> bool:
        return False

    def dismiss(self) -> None:
        return  # its input ended when its supervisor did

    def poll(self) -> Gone | None:
        return None if journal.alive(self._claim) else Gone()


def _device_of(pid: int) -> str:
    """The device that the worker ``pid`` was started for, as its environment tells."""
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return "cpu"
    for variable in variables:
        name, _, value = variable.partition(b"=")
        if name == DEVICE.encode():
            return value.decode()
    return "cpu"


class LocalEngine:
    """Starts workers on this host with what their run froze: interpreter, variables, device."""

    def __init__(self, home: Home, worker: Sequence[str] = WORKER) -> None:
        self.home = home
        self.worker = worker

    def submit(self, run_id: str, environment: Environment, device: str) -> StartedWorker:
        variables = thawed(environment, os.environ)
        card = next((gpu for gpu in gpus() if gpu.name == device), None) if device != "cpu" else None
        variables |= {
            "CUDA_VISIBLE_DEVICES": "-1" if card is None else card.uuid or device[4:],
            "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
            DEVICE: device,
        }
        command = [environment.python, *self.worker, "--home", str(self.home.path), run_id]
        log = os.open(self.home.run(run_id) / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=log, stderr=log, cwd="/", env=variables, start_new_session=True
            )
        finally:
            os.close(log)
        return StartedWorker(process, device, environment)

    def find(self, run_id: str) -> FoundWorker | None:
        claim = journal.read_claim(self.home.run(run_id))
        if claim is None or claim.host != socket.gethostname() or not journal.alive(claim):
            return None
        return FoundWorker(claim)
