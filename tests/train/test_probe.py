"""What ``doctor`` asks of TensorFlow."""

from __future__ import annotations

import json
import subprocess
import sys


def test_the_probe_prints_one_json_object() -> None:
    command = [sys.executable, "-m", "tui_ablate.train.probe_devices"]
    printed = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    found = json.loads(printed)
    assert found["tensorflow"].startswith("2.")
    assert found["keras"].startswith("3.")
    assert isinstance(found["gpus"], list)
    assert found["error"] is None
