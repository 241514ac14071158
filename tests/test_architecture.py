"""The shape of the code: sizes, names, what a process may import, and what the wheel carries."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
CODE = sorted((ROOT / "tui_ablate").rglob("*.py"))
ALL = sorted([*CODE, *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")])
FORBIDDEN_NAMES = re.compile(r"(^|_)(utils?|helpers?|common|managers?|misc)(_|$)")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")
LAZY = "import sys; print(sorted({m.split('.')[0] for m in sys.modules} & {'tensorflow', 'keras'}))"


def lines(path: Path) -> int:
    return path.read_text().count("\n")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", ALL, ids=name)
def test_a_file_is_short_and_named_for_its_meaning(path: Path) -> None:
    assert lines(path) < 400, "split it by meaning"
    assert not FORBIDDEN_NAMES.search(path.stem), "name it for what it means"


def test_most_files_are_small() -> None:
    assert median(map(lines, CODE)) < 120


@pytest.mark.parametrize("path", CODE, ids=name)
def test_nothing_is_left_unfinished(path: Path) -> None:
    assert not UNFINISHED.search(path.read_text())


def test_every_room_but_train_imports_without_tensorflow() -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in CODE
        if "train" not in path.relative_to(ROOT).parts
    ]
    code = "\n".join([*(f"import {module}" for module in modules), LAZY])
    assert python(code) == "[]"


VERBS = (
    "presets",
    "validate digits-resnet-20",
    "schema",
    "summary resnet-34",
    "diff resnet-34 plain-34",
    "data",
    "data digits",
    "run digits-resnet-20 --set training.epochs=1 --set data.limit=64 --detach",
    pytest.param("study digits-residual --set training.epochs=1 --set data.limit=64 --seeds 1", marks=pytest.mark.slow),
    "ls",
    pytest.param("doctor", marks=pytest.mark.slow),
)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_never_loads_tensorflow(verb: str, home: Path) -> None:
    code = f"""
from tui_ablate.cli import main
try:
    main(argv={verb.split()!r})
except SystemExit as end:
    assert not end.code, end.code
{LAZY}"""
    assert python(code).splitlines()[-1] == "[]"


def test_the_app_never_loads_tensorflow(home: Path) -> None:
    code = f"""
import asyncio
from tui_ablate.tui.app import TuiAblate

async def start():
    async with TuiAblate().run_test(size=(120, 40)) as pilot:
        await pilot.press("R", "2", "1", "t")
        await pilot.pause()

asyncio.run(start())
{LAZY}"""
    assert python(code).splitlines()[-1] == "[]"


def test_the_wheel_carries_the_presets_and_finds_them(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    code = "from tui_ablate import spec; print(spec.preset_folder(), *sorted(p.name for p in spec.presets()))"
    folder, *names = python(code, path=installed).split()
    assert Path(folder).is_relative_to(installed)
    assert {"resnet-34", "digits-resnet-20", "digits-residual"} <= set(names)


def python(code: str, *, path: Path = ROOT) -> str:
    """What `code` prints in an interpreter of its own that finds tui_ablate under `path`."""
    start = f"import sys; sys.path.insert(0, {str(path)!r})\n"
    # -P and a folder elsewhere: the checkout must not be found by accident.
    command = [sys.executable, "-P", "-c", start + code]
    ran = subprocess.run(command, cwd="/", text=True, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()
