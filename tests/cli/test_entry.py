"""How the command line begins and ends: help, exit statuses, errors, pipes, encodings, what it imports."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tui_ablate.cli.program import VERBS
from tui_ablate.cli.terminal import clean

from . import written
from .conftest import Cli

ROOT = Path(__file__).parents[2]
LAZY = """
import sys
from tui_ablate.cli import main
try:
    main(argv={argv!r})
except SystemExit as left:
    status = left.code
print(sorted({{m.split('.')[0] for m in sys.modules}} & {forbidden!r}), file=sys.stderr)
"""


def test_help_lists_every_verb(cli: Cli) -> None:
    said = cli("--help")
    assert said.status == 0
    assert all(f"  {name} " in said.out for name in VERBS)


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_has_help_with_examples(cli: Cli, name: str) -> None:
    said = cli(name, "--help")
    assert said.status == 0
    assert "Examples:" in said.out
    assert f"  tui-ablate {name}" in said.out
    assert cli(name, "-h").out == said.out


@pytest.mark.parametrize("name", sorted(set(VERBS) - {"schema"}))
def test_every_verb_that_prints_has_json(cli: Cli, name: str) -> None:
    assert "--json" in cli(name, "--help").out


def test_help_answers_at_once() -> None:
    took = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "tui_ablate", "--help"], cwd=ROOT, check=True, capture_output=True)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.25


@pytest.mark.parametrize(
    "argv",
    [
        ["--help"],
        ["presets"],
        ["validate", "resnet-34", "digits-residual"],
        ["schema"],
        ["summary", "resnet-34"],
        ["diff", "resnet-34", "plain-34"],
        ["ls"],
        ["show", "nothing"],
        ["logs", "nothing"],
        ["cancel", "nothing"],
        ["rm", "nothing"],
        ["data", "digits"],
        ["run", "nothing"],
        ["study", "nothing"],
    ],
    ids=lambda argv: argv[0],
)
def test_no_verb_imports_tensorflow(home: Path, argv: list[str]) -> None:
    forbidden = {"tensorflow", "keras", "textual"}
    if argv[0] != "data":
        forbidden.add("tensorflow_datasets")
    code = LAZY.format(argv=argv, forbidden=forbidden)
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True)
    assert ran.stderr.rstrip().endswith("[]"), ran.stderr


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["rnu"], "There is no verb 'rnu'. Did you mean run?"),
        (["run"], "Missing argument"),
        (["run", "--bogus"], "No such option"),
        (["run", "digits-resnet-20", "--seed", "1", "--seeds", "2"], "exclude each other"),
        (["run", "digits-resnet-20", "--seed", "x"], "not a valid integer"),
        (["run", "digits-resnet-20", "--seeds", "0"], "not in the range"),
        (["run", "resnet-3"], "resnet-3: there is no preset of this name"),
        (["run", "digits-resnet-20", "--set", "training.epochs=many"], "training.epochs"),
        (["run", "digits-resnet-20", "--set", "nonsense"], "nonsense"),
        (["run", "digits-resnet-20", "--set", "data.name=cifra10"], "cifra10"),
        (["run", "digits-resnet-20", "--device", "tpu"], "tpu"),
        (["run", "digits-resnet-20", "--set", "model.stages.0.stride=64"], "stages"),
        (["study", "digits-resnet-20"], "--ablate"),
        (["study", "digits-residual", "--ablate", "model.residual"], "a study already"),
        (["study", "digits-resnet-20", "--ablate", "model.residul"], "model.residual"),
        (["study", "digits-residual", "--format", "word"], "word"),
        (["summary", "./no-such-file.yaml"], "no-such-file.yaml"),
        (["summary", "resnet-34", "--input", "12"], "224x224x3"),
        (["summary", "resnet-34", "--only", "stage9"], "stage9"),
        (["summary", "resnet-34", "--classes", "1"], "not in the range"),
        (["diff", "resnet-34"], "second experiment"),
        (["diff", "resnet-34", "nothing"], "nothing"),
        (["validate"], "Missing argument"),
        (["validate", "/"], "/"),
        (["data", "no_such_set_at_all"], "no_such_set_at_all"),
        (["data", "--download"], "which data set"),
        (["ls", "--state", "happy"], "happy"),
        (["ls", "--study", "nothing"], "nothing"),
        (["show", "nothing"], "nothing"),
        (["logs", "nothing"], "nothing"),
        (["cancel", "nothing"], "nothing"),
        (["rm", "-y", "nothing"], "nothing"),
        (["--open", "x", "ls"], "--open"),
        ([], "needs a terminal"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_wrong_request_is_refused_in_a_sentence(cli: Cli, argv: list[str], sentence: str) -> None:
    said = cli(*argv)
    assert said.status == 2
    assert sentence in said.err
    assert not said.out
    assert len(said.err.strip().split("\n")) <= 3


def test_a_home_that_cannot_be_used_is_a_sentence(process: Cli) -> None:
    said = process("ls", TUI_ABLATE_HOME="/proc/nowhere")
    assert said.status == 2
    assert "TUI_ABLATE_HOME" in said.err
    assert "Traceback" not in said.err


def test_debug_gives_the_traceback(process: Cli) -> None:
    said = process("--debug", "show", "nothing")
    assert said.status == 2
    assert "Traceback" in said.err


def test_a_closed_pipe_is_silent(home: Path) -> None:
    command = f"{sys.executable} -m tui_ablate schema | head -n 1; echo ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["{", "0"]
    assert ran.stderr == ""


@pytest.mark.parametrize("argv", [["--help"], ["ls", "-h"], ["ls"], ["logs", "RUN"], ["rm", "RUN"], ["bogus"]])
def test_a_reader_that_has_left_is_no_failure(home: Path, argv: list[str]) -> None:
    argv = [written.run(log=b"line\n" * 100_000) if word == "RUN" else word for word in argv]
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "tui_ablate", *argv]
    ran = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=writer, stderr=writer, check=False)
    os.close(writer)
    assert ran.returncode == (2 if argv == ["bogus"] else 0)


@pytest.mark.parametrize("argv", [("summary", "digits-resnet-20"), ("presets",), ("diff", "resnet-34", "plain-34")])
def test_a_terminal_that_knows_only_ascii_survives(process: Cli, argv: tuple[str, ...]) -> None:
    said = process(*argv, PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert said.status == 0
    assert said.out.isascii()
    assert "?" not in said.out
    assert "Traceback" not in said.err


def test_output_to_a_file_has_no_escape_sequences(process: Cli) -> None:
    for argv in (("summary", "digits-resnet-20"), ("presets",), ("--help",)):
        assert "\x1b" not in process(*argv).out


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPq#0\x1b\\sixel", "sixel"),
        ("bell\x07", "bell\N{REPLACEMENT CHARACTER}"),
        ("a\u202eb", "a\N{REPLACEMENT CHARACTER}b"),
        ("c1\x9b31m", "c1\N{REPLACEMENT CHARACTER}31m"),
        ("[red]kept[/red]", "[red]kept[/red]"),
        ("two\nlines", "two\nlines"),
        ("\x1bc\x1b(Bx", "x"),
    ],
)
def test_what_reaches_the_terminal_is_clean(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_there(process: Cli, shell: str) -> None:
    said = process(_TUI_ABLATE_COMPLETE=f"{shell}_source")
    assert said.status == 0
    assert "tui_ablate" in said.out.lower()


def test_preset_names_are_completed(process: Cli) -> None:
    said = process(_TUI_ABLATE_COMPLETE="bash_complete", COMP_WORDS="tui-ablate run digits-", COMP_CWORD="2")
    assert "digits-resnet-20" in said.out
    assert "digits-plain-20" in said.out


def test_without_a_verb_the_app_opens_on_what_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from tui_ablate import cli as room

    opened: list[str | None] = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for argv in ([], ["--open", "digits-residual"]):
        with pytest.raises(SystemExit):
            room.main(opened.append, argv)
    assert opened == [None, "digits-residual"]
