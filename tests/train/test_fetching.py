"""Sets that are not on disk yet: what is looked at before, how a download is watched, and that one process fetches."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from tui_ablate.data import DataError
from tui_ablate.spec.experiment import Data
from tui_ablate.train import download, fetching
from tui_ablate.train.prepare import ensure


def quietly(_: object) -> None:
    """Progress nobody looks at."""


def never() -> bool:
    return False


def ready(data: Data, home: Path) -> object:
    return ensure(data, home, quietly, never)


def cifar(folder: Path, **more: object) -> Data:
    return Data(name="cifar10", data_dir=str(folder), **more)


def test_no_network_is_told_within_seconds_with_the_other_version(tmp_path: Path, home: Path, monkeypatch) -> None:
    (tmp_path / "cifar10/3.0.1").mkdir(parents=True)
    monkeypatch.setattr(fetching, "_answers", never_reached)
    with pytest.raises(DataError, match=r"no network.*www.cs.toronto.edu.*On disk is version 3.0.1"):
        ready(cifar(tmp_path), home)


def never_reached(_: object) -> bool:
    return False


def test_a_closed_port_counts_as_no_answer() -> None:
    assert not fetching._answers(("127.0.0.1", 1))


@pytest.fixture
def fetches(cifar10_dir: Path, monkeypatch) -> list[Data]:
    """What is fetched; a copy instead of a download. As TFDS, it fails where somebody else was quicker."""
    made: list[Data] = []

    def fetch(data: Data, *_: object) -> None:
        made.append(data)
        part = Path(data.data_dir) / f"part{len(made)}"
        shutil.copytree(cifar10_dir / "cifar10", part)
        time.sleep(0.2)
        if Path(data.data_dir, "cifar10").exists():
            raise DataError("Cannot rename")
        part.rename(Path(data.data_dir, "cifar10"))

    monkeypatch.setattr(fetching, "fetch", fetch)
    return made


def test_variants_fetch_the_set_that_they_share_once(fetches: list[Data], tmp_path: Path, home: Path) -> None:
    variants = [cifar(tmp_path / "tfds", limit=limit) for limit in (5, 6, 7)]
    told: list[str] = []
    with ThreadPoolExecutor(len(variants)) as several:
        arrays = list(
            several.map(lambda data: ensure(data, home, lambda said: told.append(said.sentence), never), variants)
        )
    assert [len(each.train) for each in arrays] == [5, 6, 7]
    assert len(fetches) == 1
    assert "another process fetches cifar10" in told


def test_a_set_that_another_home_fetched_meanwhile_will_do(fetches: list[Data], tmp_path: Path) -> None:
    data = cifar(tmp_path / "tfds", limit=5)
    with ThreadPoolExecutor(2) as several:
        arrays = list(several.map(lambda home: ready(data, tmp_path / home), ("one", "another")))
    assert [len(each.train) for each in arrays] == [5, 5]
    assert len(fetches) == 2


def test_too_little_room_is_told_before_the_download(tmp_path: Path, home: Path, monkeypatch) -> None:
    monkeypatch.setattr(fetching.shutil, "disk_usage", lambda _: SimpleNamespace(free=10**8))
    with pytest.raises(DataError, match=r"needs about 0.4 GB at .*0.1 GB are free"):
        ready(cifar(tmp_path), home)


def test_a_set_to_be_fetched_by_hand_says_where_to(tmp_path: Path, home: Path) -> None:
    with pytest.raises(DataError, match=r"by hand into .*manual.*ILSVRC2012"):
        ready(Data(name="imagenet2012", data_dir=str(tmp_path), image_size=(64, 64)), home)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ({"error": ["OSError"], "errno": 28, "text": ""}, "disk is full"),
        ({"error": ["OSError"], "errno": 13, "text": ""}, "cannot be written"),
        ({"error": ["ExtractError"], "errno": None, "text": ""}, "unpacked"),
        ({"error": ["NonMatchingChecksumError"], "errno": None, "text": ""}, "other than TFDS expects"),
        ({"error": ["ConnectionError", "RequestException"], "errno": None, "text": "x"}, "could not be downloaded"),
        ({"error": ["ModuleNotFoundError"], "errno": None, "text": "scipy"}, "further package"),
        (None, "ended from outside"),
    ],
)
def test_what_tfds_met_is_one_sentence(error: dict[str, object] | None, sentence: str, tmp_path: Path) -> None:
    assert sentence in fetching._sentence(error, cifar(tmp_path), 1)


def child(lines: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", lines], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def bars(files: tuple[int, int], size: tuple[int, int]) -> str:
    """The lines of TFDS's three bars at one moment of a download: it repeats them all whenever one moves."""
    extraction = {"what": "Extraction completed...", "unit": "file", "done": 0, "total": 0}
    moving = {"Dl Completed...": ("url", *files), "Dl Size...": ("MiB", *size)}
    lines = [dict(zip(("unit", "done", "total"), bar, strict=True), what=what) for what, bar in moving.items()]
    return "\n".join(map(json.dumps, [*lines, extraction]))


def test_a_download_that_stands_still_is_given_up(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(fetching, "STALL_SECONDS", 0.5)
    again = f"while True: print({bars((0, 1), (1, 9))!r}, flush=True); time.sleep(0.05)"
    with child(f"import time\n{again}") as process:
        told = []
        with pytest.raises(DataError, match="stood still"):
            fetching._watch(process, cifar(tmp_path), lambda *said: told.append(said), lambda: None)
        assert set(told) == {("download", 2**20, 170_052_171)}
        process.kill()


def test_a_download_that_moves_or_is_done_is_not_given_up(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(fetching, "STALL_SECONDS", 0.5)
    moments = [bars((0, 2), (at, 9)) for at in range(5)] + [bars((2, 2), (9, 9))]
    script = f"import time\nfor moment in {moments!r}:\n    print(moment, flush=True); time.sleep(0.3)\ntime.sleep(0.6)"
    with child(script) as process:
        fetching._watch(process, cifar(tmp_path), lambda *_: None, lambda: None)


def test_a_bar_tells_its_end_however_soon_it_comes(monkeypatch) -> None:
    told = []
    monkeypatch.setattr(download, "tell", lambda line: told.append((line["done"], line["total"])))
    bar = download.Bar(total=0, desc="Dl Completed...", unit=" url")
    for _ in range(3):
        bar.total += 1
        bar.refresh()
    for _ in range(3):
        bar.update()
        bar.refresh()
    assert told == [(0, 1), (3, 3)]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cifar10", "cifar10_h"])
def test_a_proxy_that_never_answers_is_noticed(name: str, tmp_path: Path, monkeypatch) -> None:
    """TFDS itself downloads. Of cifar10_h it knows no address before, so nothing can be asked first."""
    monkeypatch.setattr(fetching, "STALL_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        for variable in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(variable, "http://127.0.0.1:{1}".format(*server.getsockname()))
        with pytest.raises(DataError, match=f"The download of {name} has stood still"):
            fetching.fetch(Data(name=name, data_dir=str(tmp_path)), lambda *_: None, lambda: None)
