"""``python -m tui_ablate.train.probe_devices``: what TensorFlow sees, as one JSON object on standard output.

``{"tensorflow", "keras", "built_with_cuda", "cuda", "cudnn", "gpus": [names], "error"}``; versions of CUDA are those
TensorFlow was built for. ``error`` is null or a plain sentence. Always exits 0.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def probe() -> dict[str, Any]:
    """See the module. A GPU is asked to add two numbers: a listed device need not work."""
    found: dict[str, Any] = {
        "tensorflow": None,
        "keras": None,
        "built_with_cuda": False,
        "cuda": None,
        "cudnn": None,
        "gpus": [],
        "error": None,
    }
    try:
        from .backend import keras, tf

        found["tensorflow"], found["keras"] = tf.__version__, keras.__version__
        found["built_with_cuda"] = tf.test.is_built_with_cuda()
        built = tf.sysconfig.get_build_info()
        found["cuda"], found["cudnn"] = built.get("cuda_version"), built.get("cudnn_version")
        gpus = tf.config.list_physical_devices("GPU")
        for gpu in gpus:
            tf.config.experimental.set_memory_growth(gpu, True)
        for number, gpu in enumerate(gpus):
            found["gpus"].append(tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name))
            with tf.device(f"/GPU:{number}"):
                if float(tf.reduce_sum(tf.ones((2, 2)) @ tf.ones((2, 2)))) != 8:
                    found["error"] = f"{found['gpus'][-1]} computes wrong results."
    except Exception as error:
        # Whatever is wrong with an installation is what this program is asked to tell.
        text = " ".join(str(error).split())
        found["error"] = f"{type(error).__name__}: {text[:400]}"
    return found


def main() -> None:
    """Print the probe; TensorFlow's own chatter goes to standard error, and its C++ parts write to no other."""
    out = os.dup(1)
    os.dup2(2, 1)
    with os.fdopen(out, "w") as stream:
        json.dump(probe(), stream)
        stream.write("\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
