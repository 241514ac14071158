"""What every test stands on: a home of its own, and an environment that no developer's shell colours."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from tests.datasets import cats_vs_dogs_dir as cats_vs_dogs_dir
from tests.datasets import cifar10_dir as cifar10_dir

# Two cores may be busy with something else: how long one example takes says nothing here.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

# textual and rich read these once, on import; pytest imports this file before any test imports them.
for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS", "COLUMNS", "LINES"):
    os.environ.pop(name, None)
os.environ["TERM"] = "xterm-256color"
# A test that forgets the fixture `home` must not write into the home of whoever runs it.
os.environ["TUI_ABLATE_HOME"] = tempfile.mkdtemp(prefix="tui-ablate-tests-")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty $TUI_ABLATE_HOME for this test and the processes it starts."""
    folder = tmp_path / "home"
    monkeypatch.setenv("TUI_ABLATE_HOME", str(folder))
    return folder
