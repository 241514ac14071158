"""``python -m tui_ablate`` and the console script."""

from __future__ import annotations


def main() -> None:
    """Run the command line; without a verb it opens the app."""
    from .cli import main as cli

    cli(open_app)


def open_app(opened: str | None) -> None:
    """Open the app, on the study or preset called ``opened`` where one is named."""
    from .tui.app import main as app

    app(opened)


if __name__ == "__main__":
    main()
