"""``python -m tui_ablate`` and the console script."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line; without a verb it opens the app."""
    if len(sys.argv) == 1 and sys.stdin.isatty() and sys.stdout.isatty() and "_TUI_ABLATE_COMPLETE" not in os.environ:
        open_app(None)  # as the command line would, a quarter of whose start is spent on finding out
    from .cli import main as cli

    cli(open_app)


def open_app(opened: str | None) -> None:
    """Open the app, on the study or preset called ``opened`` where one is named."""
    gc.disable()  # until the first picture is there: what is imported until then stays
    sys.setswitchinterval(0.001)  # a key is answered while a thread reads or imports
    from .tui.app import main as app

    app(opened)


if __name__ == "__main__":
    main()
