"""`ls`, `show`, `logs`, `cancel`, `rm`, on runs that are written already."""

from __future__ import annotations

import io
import sys
import threading
import time

import pytest

from tui_ablate import journal, runs, spec

from . import written
from .conftest import Cli

ROW = {"id", "name", "seed", "state", "study", "variant", "epoch", "epochs", "loss", "test_error", "progress"}


@pytest.fixture(autouse=True)
def no_supervisor(monkeypatch: pytest.MonkeyPatch) -> list[runs.Home]:
    """What is queued here stays queued: nothing is trained by these tests."""
    asked: list[runs.Home] = []
    monkeypatch.setattr(runs, "ensure_supervisor", asked.append)
    return asked


def test_an_empty_home_says_how_to_begin(cli: Cli) -> None:
    assert "tui-ablate run" in cli("ls").out
    assert cli("ls", "--json").json == []


def test_runs_are_listed_newest_first(cli: Cli, home: object) -> None:
    first, second = written.run(0), written.run(1, state="failed", sentence="Its worker was killed.")
    lines = {line.split()[0]: line for line in cli("ls").out.strip().split("\n")}
    assert "done" in lines[first]
    assert "1.2 %" in lines[first]
    assert "failed" in lines[second]
    assert [row["id"] for row in cli("ls", "--json").json] == sorted([first, second], reverse=True)
    assert set(cli("ls", "--json").json[0]) >= ROW
    assert [row["id"] for row in cli("ls", "--state", "failed", "--json").json] == [second]
    assert len(cli("ls", "-n", "1", "--json").json) == 1


def test_a_run_is_shown_with_its_charts(cli: Cli, home: object) -> None:
    run = written.run()
    said = cli("show", run)
    assert said.status == 0
    assert "state       done" in said.out
    assert "training loss" in said.out
    assert "validation accuracy" in said.out
    assert "epochs: 4" in said.out
    told = cli("show", run, "--json").json
    assert told["run"]["id"] == run
    assert told["experiment"]["training"]["epochs"] == 4
    assert len(told["epochs"]) == 4
    assert told["tested"]["top1_error"] == 0.0125


def test_a_queued_run_is_shown(cli: Cli, home: object) -> None:
    said = cli("show", written.queued())
    assert said.status == 0
    assert "queued" in said.out


def test_a_study_is_shown(cli: Cli, home: object) -> None:
    made = written.study()
    said = cli("show", made)
    assert said.status == 0
    assert "digits-plain-20" in said.out
    assert "50." in said.out
    assert "mean of 2" in said.out
    assert cli("show", "digits-residual").out == said.out
    assert {entry["variant"] for entry in cli("show", made, "--json").json} == {"digits-resnet-20", "digits-plain-20"}
    assert len(cli("ls", "--study", made, "--json").json) == 4


@pytest.mark.parametrize("format_", ["table", "markdown", "latex", "csv", "json"])
def test_a_study_in_every_format(cli: Cli, home: object, format_: str) -> None:
    said = cli("show", written.study(), "--format", format_)
    assert said.status == 0
    assert "digits-plain-20" in said.out
    assert ("training loss" in said.out) == (format_ == "table")


def test_what_failed_in_a_study_is_told(cli: Cli, home: object) -> None:
    assert "Its worker was killed (SIGKILL)." in cli("show", written.study(failed=True)).out


def test_a_format_is_for_studies(cli: Cli, home: object) -> None:
    assert cli("show", written.run(), "--format", "csv").status == 2


def test_a_log_loses_its_escape_sequences(cli: Cli, home: object) -> None:
    run = written.run(log=b"\x1b[31mEpoch 1\x1b[0m [bold]\n 10%\r 99%\rdone\n\x1b]0;title\x07last\xff")
    assert cli("logs", run).out == "Epoch 1 [bold]\ndone\nlast\N{REPLACEMENT CHARACTER}\n"
    assert cli("logs", run, "-n", "1").out == "last\N{REPLACEMENT CHARACTER}\n"


def test_a_log_as_json(cli: Cli, home: object) -> None:
    run = written.run(log=b"one\n 10%\r 99%\r\x1b[31mtwo\nthree")
    assert cli("logs", run, "--json").json == {"run": run, "lines": ["one", "two", "three"]}
    assert cli("logs", run, "--json", "-n", "1").json == {"run": run, "lines": ["three"]}
    assert cli("logs", run, "--json", "-f").out == '"one"\n"two"\n"three"\n'
    assert cli("logs", written.run(), "--json").json["lines"] == []


@pytest.mark.parametrize("verb", [("ls",), ("show", "RUN"), ("logs", "RUN"), ("rm", "-y", "RUN")])
def test_whoever_looks_sees_that_open_runs_are_in_care(
    cli: Cli, no_supervisor: list[runs.Home], monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...]
) -> None:
    verb = tuple(written.run() if word == "RUN" else word for word in verb)
    no_supervisor.clear()
    assert cli(*verb).status == 0
    assert no_supervisor

    def read_only(home: runs.Home) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(runs, "ensure_supervisor", read_only)
    assert cli("ls").status == 0


def test_what_a_newer_version_wrote_is_listed_and_not_guessed_at(cli: Cli, home: object) -> None:
    made = runs.submit_study(runs.Home(), spec.load_study("digits-residual"))
    file = runs.Home().study(made) / "study.yaml"
    file.write_text(file.read_text().replace("v: 1", "v: 9", 1))
    run = written.run()
    (written.folder(run) / "exit.json").write_text('{"v": 9, "state": "done"}')
    said = cli("ls")
    assert run in said.out
    assert f"{run}: It was written by a newer version" in said.err
    refused = cli("show", made)
    assert refused.status == 2
    assert "update tui-ablate" in refused.err


def test_a_run_without_a_log_prints_nothing(cli: Cli, home: object) -> None:
    assert cli("logs", written.run()).out == ""


def test_a_log_is_followed_until_the_run_ends(home: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from tui_ablate.cli import main

    run = written.queued()
    log = written.folder(run) / "log"
    log.write_bytes(b"one\ntw")
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    statuses: list[object] = []

    def follow() -> None:
        try:
            main(argv=["logs", "-f", run])
        except SystemExit as left:
            statuses.append(left.code)

    thread = threading.Thread(target=follow)
    thread.start()
    wait_for(lambda: "one\n" in out.getvalue())
    assert "tw" not in out.getvalue()
    with log.open("ab") as file:
        file.write(b"o\nthree")
    wait_for(lambda: "two\n" in out.getvalue())
    runs.cancel(runs.Home(), run)
    thread.join(10)
    assert statuses == [0]
    assert out.getvalue() == "one\ntwo\nthree\n"


def wait_for(true: object, seconds: float = 10.0) -> None:
    assert callable(true)
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_cancel(cli: Cli, home: object) -> None:
    waiting, ended = written.queued(), written.run()
    said = cli("cancel", waiting, ended)
    assert said.status == 0
    assert f"{ended}: had already ended (done)" in said.out
    assert runs.row(runs.Home(), waiting).state == "cancelled"
    assert cli("cancel", waiting, "--json").json == [{"id": waiting, "cancelled": False}]


def test_a_study_is_cancelled_as_a_whole(cli: Cli, home: object) -> None:
    made = runs.submit_study(runs.Home(), spec.load_study("digits-residual"))
    assert len(cli("cancel", made, "--json").json) == 4
    assert {row.state for row in runs.study(runs.Home(), made).runs} == {"cancelled"}


def test_rm_removes_ended_runs_only(cli: Cli, home: object) -> None:
    ended, waiting = written.run(), written.queued()
    refused = cli("rm", "-y", ended, waiting)
    assert refused.status == 2
    assert f"tui-ablate cancel {waiting}" in refused.err
    assert written.folder(ended).exists()
    assert cli("rm", "-y", ended, "--json").json == [{"id": ended, "removed": True}]
    assert not written.folder(ended).exists()
    assert cli("show", ended).status == 2


@pytest.mark.parametrize(("answer", "status", "there"), [("y\n", 0, False), ("n\n", 0, True), ("", 2, True)])
def test_rm_asks(
    cli: Cli, home: object, monkeypatch: pytest.MonkeyPatch, answer: str, status: int, there: bool
) -> None:
    run = written.run()
    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
    said = cli("rm", run)
    assert said.status == status
    assert "for good?" in said.err
    assert ("say -y" in said.err) == (status == 2)
    assert written.folder(run).exists() == there


def test_run_ids_are_completed(process: Cli) -> None:
    run = written.run()
    said = process(_TUI_ABLATE_COMPLETE="bash_complete", COMP_WORDS=f"tui-ablate show {run[:4]}", COMP_CWORD="2")
    assert run in said.out


def test_detached_runs_are_queued_and_named(cli: Cli, no_supervisor: list[runs.Home]) -> None:
    said = cli("run", "digits-resnet-20", "--seeds", "2", "--set", "training.epochs=1", "--detach", "--json")
    assert said.status == 0
    assert len(said.json["runs"]) == 2
    rows = [runs.row(runs.Home(), run) for run in said.json["runs"]]
    assert [(row.seed, row.epochs, row.state) for row in rows] == [(0, 1, "queued"), (1, 1, "queued")]
    assert no_supervisor
    plain = cli("run", "digits-resnet-20", "--seed", "7", "--detach")
    assert runs.row(runs.Home(), plain.out.strip()).seed == 7
    assert "tui-ablate show" in plain.err


def test_a_detached_study_is_queued_and_named(cli: Cli) -> None:
    made = cli("study", "digits-resnet-20", "--ablate", "model.residual", "--seeds", "2", "--detach").out.strip()
    queued = runs.study(runs.Home(), made)
    assert queued.total == 4
    assert len(queued.variants) == 2
    named = cli("study", "digits-residual", "--detach", "--json").json["study"]
    assert runs.study(runs.Home(), named).name == "digits-residual"


def test_a_log_that_is_not_there_yet_is_waited_for(cli: Cli, home: object) -> None:
    run = written.queued()
    runs.cancel(runs.Home(), run)
    assert cli("logs", "-f", run).status == 0
    assert journal.read_exit(written.folder(run)) is not None
