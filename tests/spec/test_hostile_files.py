"""Files that mean harm, or are merely broken: one plain message each, at once, never a traceback."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tui_ablate.spec import SpecError, load, load_study, load_text, read_run

MODEL = "model: {stages: [{block: basic, channels: 16}]}\n"
REST = "data: {name: digits}\ntraining: {epochs: 1, optimizer: {name: sgd, learning_rate: 0.1}}\n"
GOOD = MODEL + REST
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


def refused(text: str | bytes, folder: Path, name: str = "bad.yaml") -> str:
    path = folder / name
    path.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    return refused_path(path)


def refused_path(path: Path | str, reader: Callable[..., object] = load) -> str:
    start = time.monotonic()
    with pytest.raises(SpecError) as error:
        reader(path)
    assert time.monotonic() - start < 1
    said = str(error.value)
    assert said.isprintable() or all(c.isprintable() or c == "\n" for c in said)
    assert all(len(line) < 1000 for line in said.splitlines())
    return said


def test_the_good_one_is_good() -> None:
    assert load_text(GOOD).training.epochs == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file is empty"),
        ("# only a comment\n", "the file is empty"),
        ("just words\n", "a preset is a mapping"),
        ("- a\n- list\n", "a preset is a mapping"),
        ("---\na: 1\n---\nb: 2\n", "document"),
        ("model:\n\t- x\n", "bad.yaml:2"),
        ("model: [1, 2\n", "not YAML"),
        ("model: {a: 1}}\n", "not YAML"),
        ("model: *nowhere\n", "undefined alias"),
        ("model: &m {m: *m}\n", "contains itself"),
        ("model: &m\n  - *m\n", "contains itself"),
        ("? [a, b]\n: 1\n", "a key that is a list"),
        ("model: !!python/object/apply:os.system ['true']\n", "tag"),
        ("model: !secret x\n", "tag"),
        ("%TAG ! tag:yaml.org,2002:\n---\nmodel: !binary x\n", "tag"),
        (BOMB, "more than 10,000 values"),
        ("[" * 5000, "nested too deeply"),
        ("{a: " * 5000, "nested too deeply"),
        ("- " * 5000 + "x", "nested too deeply"),
        ("".join(f"{' ' * i}a:\n" for i in range(400)), "nested too deeply"),
        ("<<: {a: 1}\n" + GOOD, "merge key"),
        (GOOD + "model: {}\n", "stands here twice"),
        (GOOD + "about: \x01\n", "not YAML"),
        (GOOD + 'about: "\\e[31mred"\n', "control characters"),
        (GOOD + 'name: "a/b"\n', "path separator"),
        (GOOD + 'name: "a\\\\b"\n', "path separator"),
        (GOOD + 'name: "a\\0b"\n', "control character"),
        (GOOD + "name: ..\n", "begins with a dot"),
        (GOOD + "name: ''\n", "empty"),
        (GOOD + f"name: {'n' * 300}\n", "longer than 200"),
        (GOOD + "name: [1]\n", "found [1]; give text"),
        (GOOD + "extends: [1]\n", "name or path of one preset"),
        (GOOD + "extends: bad\n", "leads back"),
        (GOOD + "extends: ./bad.yaml\n", "leads back"),
        (GOOD + "extends: resnet34\n", "did you mean resnet-34?"),
        (GOOD + "extends: ../nowhere.yaml\n", "no such file"),
        (GOOD + 'extends: "a\\0/b.yaml"\n', "no path can have"),
        (GOOD + f"extends: {'n/' * 3000}a.yaml\n", "cannot be opened"),
        (MODEL + REST.replace("0.1", "1e999"), "finite"),
        (MODEL + REST.replace("0.1", ".inf"), "finite"),
        (MODEL + REST.replace("0.1", ".nan"), "finite"),
        (MODEL + REST.replace("0.1", "-0.1"), "more than 0"),
        (MODEL + REST.replace("0.1", "'0.1'"), "give a number"),
        (MODEL + REST.replace("epochs: 1", f"epochs: {'9' * 4000}"), "18 digits"),
        (MODEL + REST.replace("epochs: 1", "epochs: 0x10"), "a whole number"),
        (MODEL + REST.replace("epochs: 1", "epochs: 1.5"), "a whole number"),
        (MODEL + REST.replace("epochs: 1", "epochs: true"), "a whole number"),
        (MODEL + REST.replace("epochs: 1", "epochs: 2024-01-01"), "a whole number"),
        (GOOD.replace("channels: 16", "channels: 16, residual: yes"), "true or false"),
        (GOOD.replace("channels: 16", "channels: 16, residual: on"), "true or false"),
    ],
)
def test_a_bad_text(text: str, says: str, tmp_path: Path) -> None:
    assert says in refused(text, tmp_path)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    assert "bad.yaml:3: a byte that is not UTF-8" in refused(b"a: 1\nb: 2\nc: \xff\n", tmp_path)
    assert refused(b"\xff\xfea\x00:\x00", tmp_path)
    assert refused(b"\x00" * 100, tmp_path)
    assert refused("a: \ud800", tmp_path)


def test_a_byte_order_mark_is_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert load(tmp_path / "a.yaml").name == "a"


def test_line_ends_of_windows_are_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(GOOD.replace("\n", "\r\n").encode())
    assert load(tmp_path / "a.yaml").data.name == "digits"


def test_a_file_of_100_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as opened:
        opened.truncate(100_000_000)
    assert "100,000,000 bytes" in refused_path(path)


def test_a_large_file_within_the_limit_is_read_or_refused_in_time(tmp_path: Path) -> None:
    for text in (
        "a: 1\n",
        "- {a: b}\n",
        "a\n",
        "? a\n",
        "'",
        '"',
        "&a ",
        "*a ",
        "!a ",
        "|\n ",
        "#",
        "[a,",
        "{a,",
        "\n",
    ):
        refused((text * (99_000 // len(text)))[:99_000], tmp_path)


@pytest.mark.parametrize("reader", [load, load_study, lambda path: read_run(path.parent)])
def test_what_is_no_regular_file(reader: Callable[..., object], tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    assert "not a regular file" in refused_path(tmp_path / "folder.yaml", load)
    path = tmp_path / "experiment.yaml"
    os.mkfifo(path)
    assert "not a regular file" in refused_path(path, reader)
    path.unlink()
    path.symlink_to("/dev/zero")
    assert "not a regular file" in refused_path(path, reader)
    path.unlink()
    path.symlink_to(path)
    assert "cannot be opened" in refused_path(path, reader)
    path.unlink()
    assert "no such file" in refused_path(path, reader)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        assert refused_path(path, reader)


def test_a_file_one_may_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> int:  # root may read everything, so that a mode of 0 would not do
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    assert "Permission denied" in refused_path(tmp_path / "a.yaml")


@pytest.mark.parametrize("name", ["", " ", "no-such-preset", "a\0b", "..", "../x", "x" * 5000, "/", "/dev/null/x.yaml"])
def test_a_bad_name(name: str) -> None:
    refused_path(name)
    refused_path(name, load_study)


def test_circles_and_long_chains_of_extends(tmp_path: Path) -> None:
    for a, b in ("ab", "bc", "ca"):
        (tmp_path / f"{a}.yaml").write_text(f"extends: {b}\n")
    assert "leads back" in refused_path(tmp_path / "a.yaml")
    for i in range(100):
        (tmp_path / f"n{i}.yaml").write_text(f"extends: n{i + 1}\n")
    assert "more than 20 presets" in refused_path(tmp_path / "n0.yaml")


def test_an_own_preset_may_extend_the_shipped_one_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "resnet-34.yaml").write_text("extends: resnet-34\ntraining: {epochs: 3}\n")
    assert load(tmp_path / "resnet-34.yaml").training.epochs == 3
