"""What a run needs of the machine: frozen when it is queued, given to its worker when it starts.

What is frozen lies in the run's folder and travels with it, so nothing secret may be in it: variables are listed as
narrowly as TensorFlow names them (Terraform keeps tokens in ``TF_…`` too), and no proxy with a password is kept.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from ..spec.runfile import Environment

FROZEN = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "TFDS_DATA_DIR", "TMPDIR")
TENSORFLOW = (
    "AUTO CPP CUBLAS CUDA CUDNN DETERMINISTIC DISABLE ENABLE FORCE GPU MKL NUM ONEDNN OVERRIDE PER PJRT ROCM USE XLA"
)
FROZEN_PREFIXES = (
    *(f"TF_{part}_" for part in TENSORFLOW.split()),
    *("CUDA_", "XLA_", "KERAS_", "OMP_", "MKL_", "ONEDNN_", "DNNL_", "NVIDIA_TF32_"),
)


def _frozen(name: str) -> bool:
    return name in FROZEN or name.startswith(FROZEN_PREFIXES)


def _open_proxy(name: str, value: str) -> bool:
    """Whether it names a proxy and no password for it. One with a password is taken from who starts the worker."""
    return name.lower().endswith("_proxy") and "@" not in value


def freeze(device: str | None = None) -> Environment:
    """The environment of this process, for a run that it queues. ``device`` as in Environment."""
    variables = {
        name: value
        for name, value in os.environ.items()
        if (_frozen(name) or _open_proxy(name, value)) and value.isprintable()
    }
    folder = variables.get("TFDS_DATA_DIR", "~")
    if not folder.startswith("~"):
        variables["TFDS_DATA_DIR"] = str(Path(folder).absolute())  # the worker starts elsewhere
    root = Path(__file__).parent.parent.parent
    if not {"site-packages", "dist-packages"} & set(root.parts):
        # A checkout: the worker, which starts elsewhere, must find the same code.
        parts = [str(root), *(p for p in variables.get("PYTHONPATH", "").split(os.pathsep) if p and p != str(root))]
        variables["PYTHONPATH"] = os.pathsep.join(parts)
    return Environment(python=sys.executable, threads=len(os.sched_getaffinity(0)), device=device, variables=variables)


def thawed(environment: Environment, own: Mapping[str, str]) -> dict[str, str]:
    """The variables a worker starts with: ``own`` of who starts it, but for what was frozen with the run."""
    return {name: value for name, value in own.items() if not _frozen(name)} | environment.variables
