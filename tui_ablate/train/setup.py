"""What a process settles once, before TensorFlow starts: device, threads, determinism. They change bits."""

from __future__ import annotations

import os

import msgspec
import psutil

from ..spec.runfile import Environment

GIVEN = "TUI_ABLATE_DEVICE"
"""The variable that says which device a worker was started for: cpu or gpu:N."""
USUAL_MEMORY = 8 << 30
"""Bytes a GPU is taken to have where its driver does not tell."""


class Setup(msgspec.Struct, frozen=True):
    """The settings of one worker process. A run that needs others gets a fresh process."""

    threads: int
    cpu: bool
    deterministic: bool


def wanted(environment: Environment, deterministic: bool) -> Setup:
    """The setup that a run's frozen ``environment`` asks for; all cores of this process where it says 0 threads."""
    threads = environment.threads or len(os.sched_getaffinity(0))
    return Setup(threads, "cpu" in (environment.device, os.environ.get(GIVEN)), deterministic)


def start(setup: Setup) -> None:
    """Import TensorFlow and settle ``setup``. Must come before anything else touches TensorFlow."""
    if setup.cpu:
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    from .backend import tf

    tf.config.threading.set_intra_op_parallelism_threads(setup.threads)
    tf.config.threading.set_inter_op_parallelism_threads(max(2, min(setup.threads, 4)))
    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
    if setup.deterministic:
        tf.config.experimental.enable_op_determinism()


def device() -> tuple[str, str]:
    """(TensorFlow's name of the device runs are on, its name for people)."""
    from .backend import tf

    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return "/CPU:0", "cpu"
    details = tf.config.experimental.get_device_details(gpus[0])
    return "/GPU:0", details.get("device_name", "gpu")


def memory(device: str) -> int:
    """Bytes that a run on ``device`` (as TensorFlow names it) can count on: all of a card's, what a host has left."""
    if device == "/CPU:0":
        return psutil.virtual_memory().available
    import pynvml

    # TensorFlow tells only what it uses. Its first GPU is the first that CUDA may see.
    first = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")[0] or "0"
    try:
        pynvml.nvmlInit()
        card = (
            pynvml.nvmlDeviceGetHandleByIndex(int(first))
            if first.isdigit()
            else pynvml.nvmlDeviceGetHandleByUUID(first)
        )
        return int(pynvml.nvmlDeviceGetMemoryInfo(card).total)
    except pynvml.NVMLError:
        return USUAL_MEMORY


def versions() -> dict[str, str]:
    """What bits depend on besides seed and thread count."""
    from .backend import keras, tf

    return {
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "onednn": os.environ.get("TF_ENABLE_ONEDNN_OPTS", "default"),
    }
