"""The real supervisor over workers that train nothing, and with little patience."""

from __future__ import annotations

import sys
from pathlib import Path

from tui_ablate.runs import deaths, dispatch, supervisor
from tui_ablate.runs.engine import LocalEngine
from tui_ablate.runs.home import Home

if __name__ == "__main__":
    dispatch.CANCEL_SECONDS = dispatch.FORCE_SECONDS = 0.3
    supervisor.LINGER_SECONDS = supervisor.TROUBLE_SECONDS = 0.5
    home = Home(Path(sys.argv[1]))
    deaths.KERNEL = (home.path / "kernel",)
    supervisor.supervise(home, LocalEngine(home, [str(Path(__file__).with_name("fake_worker.py"))]))
