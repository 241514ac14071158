"""What training needs, asked one by one: what works, and what to do about the rest."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from ..spec.runfile import Environment
from . import filesystem
from .devices import Device, driver_version, gpus
from .environment import freeze, thawed
from .home import Home
from .places import unmatched

PROBE_SECONDS = 120.0
BUS_SECONDS = 3.0
LOW_DISK = 5 * 2**30
"""Less room than this is worth a word: a run keeps a model, a data set its decoded images."""
CUDA_ADVICE = (
    "Install TensorFlow's CUDA libraries: pip install 'tui-ablate[cuda]'."
    " Where LD_LIBRARY_PATH is set, start without it."
)
_LOGIND = "org.freedesktop.login1"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One finding. ``ok``: True works, False does not, None is worth knowing; ``advice`` says what to do."""

    name: str
    ok: bool | None
    says: str
    advice: str | None = None


class Probe(msgspec.Struct, frozen=True):
    """What ``python -m tui_ablate.train.probe_devices`` prints."""

    tensorflow: str | None = None
    keras: str | None = None
    gpus: tuple[str, ...] = ()
    built_with_cuda: bool = False
    error: str | None = None


def doctor(home: Home) -> list[Check]:
    """All checks, in the order a person would ask. Takes the seconds that TensorFlow's import takes; never raises."""
    checks = [python(), *tensorflow()]
    each: list[Callable[[], Check]] = [
        lambda: home_check(home),
        lambda: disk(home),
        logind,
        slurm,
        terminal,
    ]
    return checks + [check() for check in each]


def python() -> Check:
    """The interpreter that runs this."""
    ok = sys.version_info >= (3, 11)
    advice = None if ok else "Install Python 3.11, 3.12 or 3.13 and make the environment anew."
    says = f"{platform.python_version()} at {sys.executable}, {len(os.sched_getaffinity(0))} cores"
    return Check(name="Python", ok=ok, says=says, advice=advice)


def ask_tensorflow(seconds: float = PROBE_SECONDS) -> Probe:
    """What TensorFlow says of itself in a process of its own; a failure is its ``error``."""
    command = [sys.executable, "-m", "tui_ablate.train.probe_devices"]
    try:
        ran = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            env=thawed(freeze(), os.environ),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Probe(error=f"its import has not ended after {seconds:.0f} seconds")
    except OSError as error:
        return Probe(error=str(error.strerror))
    lines = ran.stdout.strip().splitlines()
    try:
        return msgspec.json.decode(lines[-1] if lines else b"", type=Probe)
    except msgspec.DecodeError:
        words = ran.stderr.decode(errors="replace").strip().splitlines()
        return Probe(error=words[-1][:300] if words else f"its process ended with status {ran.returncode}")


def tensorflow() -> list[Check]:
    """TensorFlow, and whether it sees the GPUs that the driver sees."""
    probe = ask_tensorflow()
    cards = gpus()
    return [
        _tensorflow(probe),
        _gpu(probe, driver_version(), [card.model for card in cards]),
        *_unmatched(freeze(), cards),
    ]


def _tensorflow(probe: Probe) -> Check:
    if probe.tensorflow is None:
        advice = "Install it anew: pip install --force-reinstall tensorflow"
        return Check(
            name="TensorFlow", ok=False, says=f"cannot be used: {probe.error or 'it is missing'}", advice=advice
        )
    return Check(name="TensorFlow", ok=True, says=f"{probe.tensorflow}, Keras {probe.keras}")


def _gpu(probe: Probe, driver: str | None, cards: list[str]) -> Check:
    if probe.gpus:
        return Check(name="GPU", ok=True, says=f"TensorFlow sees {', '.join(probe.gpus)}")
    if driver is None:
        says = "no NVIDIA driver: runs train on the CPU"
        if Path("/proc/driver/nvidia").exists() or shutil.which("nvidia-smi"):
            advice = "The driver is there but does not answer: look at what nvidia-smi says."
            return Check(name="GPU", ok=False, says=says, advice=advice)
        return Check(name="GPU", ok=None, says=says)
    if not cards:
        return Check(name="GPU", ok=None, says=f"NVIDIA driver {driver}, but no GPU: runs train on the CPU")
    says = f"NVIDIA driver {driver} sees {', '.join(cards)}, TensorFlow sees none"
    if os.environ.get("CUDA_VISIBLE_DEVICES", "0") in ("", "-1"):
        return Check(name="GPU", ok=None, says=says, advice="CUDA_VISIBLE_DEVICES hides them: unset it.")
    return Check(name="GPU", ok=False, says=says, advice=CUDA_ADVICE)


def _unmatched(environment: Environment, cards: list[Device]) -> list[Check]:
    """What TensorFlow may see though no run is placed on it: a part of a card."""
    asked = unmatched(environment, cards)
    if not cards or asked is None:
        return []
    says = f"CUDA_VISIBLE_DEVICES={asked} names no whole card: runs train on the CPU"
    advice = (
        f"Name whole cards, such as CUDA_VISIBLE_DEVICES={cards[0].name[4:]}. Parts of a card (MIG) are not used yet."
    )
    return [Check(name="GPU choice", ok=False, says=says, advice=advice)]


def home_check(home: Home) -> Check:
    """Whether runs can be written, and on what."""
    where = filesystem.kind(home.path)
    says = f"{home.path}" + (f" on {where}" if where else "")
    try:
        with tempfile.TemporaryFile(dir=home.path) as file:
            file.write(b"x")
    except OSError as error:
        advice = "Set TUI_ABLATE_HOME to a folder you may write to."
        return Check(name="Home", ok=False, says=f"{says} cannot be written: {error.strerror}", advice=advice)
    if filesystem.shared(home.path):
        advice = "Several machines may share it, and it is slower. A local TUI_ABLATE_HOME is best for one machine."
        return Check(name="Home", ok=None, says=f"{says}, a network file system", advice=advice)
    return Check(name="Home", ok=True, says=says)


def disk(home: Home) -> Check:
    """Room for runs and decoded data."""
    try:
        use = shutil.disk_usage(home.path)
    except OSError as error:
        return Check(name="Disk", ok=None, says=f"its room is not known: {error.strerror}")
    says = f"{use.free / 2**30:.1f} GiB free of {use.total / 2**30:.1f}"
    if use.free >= LOW_DISK:
        return Check(name="Disk", ok=True, says=says)
    advice = "Remove runs with `tui-ablate rm`, or set TUI_ABLATE_HOME to a larger disk."
    return Check(name="Disk", ok=None if use.free > LOW_DISK / 10 else False, says=says, advice=advice)


def logind() -> Check:
    """Whether logging out kills what was started (KillUserProcesses)."""
    name = "Logging out"
    if shutil.which("busctl") is None or not Path("/run/systemd/system").is_dir():
        return Check(name=name, ok=True, says="training goes on (no systemd here)")
    command = ["busctl", "get-property", _LOGIND, "/org/freedesktop/login1", f"{_LOGIND}.Manager", "KillUserProcesses"]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=BUS_SECONDS, check=False)
    except (subprocess.TimeoutExpired, OSError):
        return Check(name=name, ok=None, says="systemd does not say whether training goes on")
    return kill_user_processes(ran.stdout.strip())


def kill_user_processes(answer: str) -> Check:
    """The check that ``busctl``'s ``answer`` ("b true", "b false") makes."""
    name = "Logging out"
    if answer == "b false":
        return Check(name=name, ok=True, says="training goes on")
    if answer == "b true":
        advice = "Once: loginctl enable-linger. Then start it as: systemd-run --user --scope tui-ablate"
        return Check(name=name, ok=False, says="systemd kills all you started (KillUserProcesses=yes)", advice=advice)
    return Check(name=name, ok=None, says="systemd does not say whether training goes on")


def slurm() -> Check:
    """Whether this is a Slurm machine."""
    job = os.environ.get("SLURM_JOB_ID")
    if job:
        advice = "Training ends with the job. Ask for time enough."
        return Check(name="Slurm", ok=None, says=f"inside job {job}", advice=advice)
    if shutil.which("sbatch"):
        advice = "Start tui-ablate inside a job (salloc, srun) rather than on a login node."
        return Check(name="Slurm", ok=None, says="installed here", advice=advice)
    return Check(name="Slurm", ok=True, says="not used here")


def terminal() -> Check:
    """Colours and characters of the terminal."""
    name = os.environ.get("TERM", "")
    if not sys.stdout.isatty():
        return Check(name="Terminal", ok=None, says="output goes to no terminal")
    if name in ("", "dumb", "linux"):
        advice = "Use a terminal with 256 colours, such as one with TERM=xterm-256color."
        return Check(name="Terminal", ok=None, says=f"TERM={name or 'unset'} shows few colours", advice=advice)
    true_color = os.environ.get("COLORTERM", "") in ("truecolor", "24bit")
    colors = "16 million" if true_color else "256" if "256" in name else "8 or more"
    return Check(name="Terminal", ok=True, says=f"TERM={name}, {colors} colours")
