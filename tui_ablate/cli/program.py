"""The list of verbs. Each is loaded only when it is asked for, so that ``--help`` answers at once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import click

from .. import __version__

NAME = "tui-ablate"
VERBS: dict[str, tuple[str, str]] = {
    "run": ("run", "Train a preset; watch it, or leave it to itself."),
    "study": ("study", "Run an ablation and print its table."),
    "ls": ("listing", "List runs and studies."),
    "show": ("listing", "Show one run or one study: state, numbers, charts."),
    "logs": ("logs", "Print what a run's worker printed."),
    "pause": ("pausing", "Let runs rest; a running one writes a checkpoint first."),
    "resume": ("pausing", "Let paused runs go on from their checkpoint."),
    "cancel": ("stopping", "Stop runs for good."),
    "rm": ("stopping", "Remove ended runs from disk."),
    "presets": ("presets", "List presets and studies."),
    "validate": ("presets", "Check preset and study files."),
    "schema": ("presets", "Print the JSON schema of presets, for editors."),
    "summary": ("networks", "Show a network: layers, parameters, multiply-adds."),
    "diff": ("networks", "Show what differs between two experiments, and what it costs."),
    "data": ("datasets", "List data sets, look into one, fetch it ahead."),
    "doctor": ("doctor", "Check what training needs: what works, and what to do about the rest."),
}
COMPLETION = f'Shell completion:  eval "$(_TUI_ABLATE_COMPLETE=bash_source {NAME})"  (or zsh_source, fish_source)'


class Verbs(click.Group):
    """A group that knows its verbs' names and one-line descriptions without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module = import_module(f"{__package__}.{VERBS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name}_verb")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl([(name, about) for name, (_, about) in VERBS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        asked = args[0]
        if asked not in VERBS and not asked.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(asked, VERBS, 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise click.UsageError(f"There is no verb {asked!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=Verbs,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=COMPLETION,
)
@click.option("--open", "opened", metavar="STUDY", help="Open the app on this study or preset.")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the whole traceback of an error.")
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
@click.pass_context
def program(ctx: click.Context, opened: str | None) -> None:
    """Ablation studies of neural networks, in a terminal. Without a verb the app opens."""
    if ctx.invoked_subcommand is not None:
        if opened is not None:
            raise click.UsageError("--open belongs to the app and goes with no verb.", ctx)
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(
            f"The app needs a terminal. Without one use a verb, such as `{NAME} study digits-residual`.", ctx
        )
    if ctx.obj:
        ctx.obj(opened)


def verb(name: str, *, examples: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a verb of a function: its docstring is the help, ``examples`` (a line each) stand under it."""
    shown = "\b\nExamples:\n" + "\n".join(f"  {NAME} {line.strip()}" for line in examples.strip().split("\n"))

    def made(function: Callable[..., Any]) -> click.Command:
        debug = click.option("--debug", is_flag=True, expose_value=False, help="Show the whole traceback of an error.")
        return click.command(name, epilog=shown, short_help=VERBS[name][1])(debug(function))

    return made


as_json = click.option("--json", "json", is_flag=True, help="Print JSON.")
