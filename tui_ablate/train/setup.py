"""What a process settles once, before TensorFlow starts: device, threads, determinism. They change bits."""

from __future__ import annotations

import os

import msgspec

from ..spec.runfile import Environment


class Setup(msgspec.Struct, frozen=True):
    """The settings of one worker process. A run that needs others gets a fresh process."""

    threads: int
    cpu: bool
    deterministic: bool


def wanted(environment: Environment, deterministic: bool) -> Setup:
    """The setup that a run's frozen ``environment`` asks for; all cores of this process where it says 0 threads."""
    threads = environment.threads or len(os.sched_getaffinity(0))
    return Setup(threads, environment.device == "cpu", deterministic)


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


def versions() -> dict[str, str]:
    """What bits depend on besides seed and thread count."""
    from .backend import keras, tf

    return {
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "onednn": os.environ.get("TF_ENABLE_ONEDNN_OPTS", "default"),
    }
