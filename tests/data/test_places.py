"""Where sets lie: paths as people write them, and what to type to fetch a set to there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_ablate.data import DataError, anchored, cache_folder, facts, how_to_fetch
from tui_ablate.spec.experiment import Data

OWN = Data(name="folder:pics", data_dir="~/sets")


def test_paths_are_made_whole_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/somebody")
    whole = anchored(OWN)
    assert (whole.name, whole.data_dir) == (f"folder:{tmp_path}/pics", "/home/somebody/sets")
    monkeypatch.chdir("/")
    assert anchored(whole) == whole
    assert anchored(Data(name="cifar10")) == Data(name="cifar10")


@pytest.mark.parametrize("data", [Data(name="folder:~nosuchuser/x"), Data(name="beans", data_dir="~nosuchuser/x")])
def test_the_home_of_nobody_is_refused(data: Data, tmp_path: Path) -> None:
    for asked in (facts, anchored, lambda data: cache_folder(data, tmp_path)):
        with pytest.raises(DataError, match="~nosuchuser/x names a user that this machine does not have"):
            asked(data)


def test_a_hint_can_be_typed_as_it_stands() -> None:
    assert how_to_fetch(Data(name="beans")) == "tui-ablate data beans --download"
    assert how_to_fetch(Data(name="beans", data_dir="/my sets")).endswith("--download --data-dir '/my sets'")
