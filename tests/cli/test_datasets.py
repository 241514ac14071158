"""`data`: the list, one set, and fetching one in a child process."""

from __future__ import annotations

import os
import signal
import stat
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.e2e.terminal import Terminal
from tui_ablate.cli import fetching

from .conftest import Cli


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder of two classes with six pictures each."""
    folder = tmp_path / "birds"
    for label in ("owl", "[red]\x1b[31mjay"):
        (folder / label).mkdir(parents=True)
        for number in range(6):
            Image.fromarray(np.full((20, 20, 3), 40 * number, np.uint8)).save(folder / label / f"{number}.png")
    return folder


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for the interpreter that fetches; what it does is written into it by the test."""
    script = tmp_path / "child"
    script.write_text("#!/bin/sh\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(fetching.sys, "executable", str(script))
    return script


def test_sets_are_listed_and_searched(cli: Cli) -> None:
    said = cli("data")
    assert said.status == 0
    assert "built in" in said.out
    assert "cats_vs_dogs" in said.out
    found = cli("data", "flower")
    assert "tf_flowers" in found.out
    assert "cifar10" not in found.out


def test_sets_as_json(cli: Cli) -> None:
    first = cli("data", "--json").json[0]
    assert set(first) == {"name", "about", "prepared", "embedded"}
    assert first["name"] == "digits"


def test_one_set_with_its_facts_and_class_counts(cli: Cli) -> None:
    said = cli("data", "digits")
    assert said.status == 0
    assert "16×16×1" in said.out
    assert "train 1,437, test 360" in said.out
    assert "class  train  validation  test" in said.out
    assert cli("data", "digits", "--json").json["splits"] == {"train": 1437, "test": 360}


def test_a_set_that_is_not_here_says_how_to_fetch_it(cli: Cli, tmp_path: Path) -> None:
    said = cli("data", "cifar10", "--data-dir", tmp_path)
    assert said.status == 0
    assert f"tui-ablate data cifar10 --download --data-dir {tmp_path}" in said.out
    assert "170 MB" in said.out


def test_a_set_that_was_never_decoded_says_what_shows_more(cli: Cli, cifar10_dir: Path) -> None:
    said = cli("data", "cifar10", "--data-dir", cifar10_dir)
    assert said.status == 0
    assert f"some pictures, after: tui-ablate data cifar10 --download --data-dir {cifar10_dir}" in said.out


def test_a_folder_is_fetched_and_its_names_are_harmless(cli: Cli, pictures: Path) -> None:
    said = cli("data", f"folder:{pictures}", "--download")
    assert said.status == 0
    assert "owl" in said.out
    assert "[red]" in said.out
    assert "\x1b" not in said.out


def test_pictures_are_drawn_in_a_terminal(home: Path) -> None:
    with Terminal([sys.executable, "-m", "tui_ablate", "data", "digits"], columns=100, rows=60) as screen:
        assert screen.end(30) == 0
        assert screen.text.count("▀") > 500


def test_no_colour_no_pictures(home: Path) -> None:
    command = [sys.executable, "-m", "tui_ablate", "data", "digits"]
    with Terminal(command, columns=100, rows=60, env={"NO_COLOR": "1"}) as screen:
        assert screen.end(30) == 0
        assert "▀" not in screen.text


def test_the_reason_of_a_failed_fetch_is_passed_on(cli: Cli, child: Path) -> None:
    child.write_text('#!/bin/sh\necho \'{"stage":"failed","sentence":"The disk is full."}\'\nexit 1\n')
    said = cli("data", "digits", "--download")
    assert said.status == 2
    assert said.err == "The disk is full.\n"


def test_a_fetch_that_dies_is_told_with_its_log(cli: Cli, child: Path, home: Path) -> None:
    child.write_text("#!/bin/sh\necho noise\necho trouble >&2\nkill -9 $$\n")
    said = cli("data", "digits", "--download")
    assert said.status == 2
    assert str(home / "prepare.log") in said.err
    assert "trouble" in (home / "prepare.log").read_text()


def test_ctrl_c_stops_the_fetch(cli: Cli, child: Path, tmp_path: Path) -> None:
    begun, stopped = tmp_path / "begun", tmp_path / "stopped"
    child.write_text(
        "#!/bin/sh\n"
        f"trap 'touch {stopped}; exit 130' TERM\n"
        'echo \'{"stage":"download","done":1,"total":10}\'\n'
        f"touch {begun}\n"
        "while :; do sleep 0.05; done\n"
    )

    def interrupt() -> None:
        while not begun.exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    said = cli("data", "digits", "--download")
    thread.join()
    assert said.status == 130
    assert "10 %" in said.err
    assert stopped.exists()
