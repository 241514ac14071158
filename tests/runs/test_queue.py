"""Runs are asked for, taken back and removed; the folder is the truth and the index a cache."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from tests.runs.conftest import Place
from tui_ablate import journal
from tui_ablate.runs import Home, RunsError, cancel, find, remove, row, rows, studies, study, submit, submit_study
from tui_ablate.runs.environment import thawed
from tui_ablate.runs.home import ids_in, new_ids
from tui_ablate.runs.index import FILE, Index
from tui_ablate.runs.studies import read_study
from tui_ablate.spec import load_study, read_run
from tui_ablate.spec.experiment import Experiment


def test_ids_sort_by_time_and_are_no_numbers() -> None:
    earlier, later = new_ids(500, 1_795_000_000), new_ids(500, 1_795_000_001)
    assert [*earlier, *later] == sorted({*earlier, *later})
    assert all(len(each) == 9 and each[0].isalpha() for each in [*earlier, *later, *new_ids(1, 0), *new_ids(1, 9e9)])


def test_ids_of_one_second_follow_one_another() -> None:
    made = [new_ids(1, 1_795_000_000 + moment / 500)[0] for moment in range(500)]
    assert made == sorted(set(made))


def test_a_taken_id_harms_no_run(place: Place) -> None:
    (taken,) = place.queue("steps")
    before = sorted(path.name for path in place.home.run(taken).iterdir())
    with pytest.raises(RunsError, match="could not be written"):
        submit(place.home, place.experiment, [1], ids=[taken])
    assert sorted(path.name for path in place.home.run(taken).iterdir()) == before
    assert place.home.marker(taken).exists()
    assert read_run(place.home.run(taken)).seed == 0


def test_a_home_that_cannot_be_is_refused_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunsError, match="TUI_ABLATE_HOME"):
        Home(tmp_path / "file" / "home")


def test_a_run_is_frozen_whole(place: Place) -> None:
    (run_id,) = place.queue("steps")
    run = read_run(place.home.run(run_id))
    assert (run.id, run.seed, run.experiment, run.environment.python) == (run_id, 0, place.experiment, sys.executable)
    assert place.home.run(run_id).stat().st_mode & 0o77 == 0
    told = place.row(run_id)
    assert (told.name, told.state, told.epochs, told.device) == ("digits-resnet-20", "queued", 8, "cpu")


def test_cancelling_a_queued_run_ends_it_at_once(place: Place) -> None:
    (run_id,) = place.queue("steps")
    assert cancel(place.home, run_id)
    assert place.row(run_id).state == "cancelled"
    assert not place.home.marker(run_id).exists()
    assert not cancel(place.home, run_id)
    with pytest.raises(RunsError, match="no run"):
        cancel(place.home, "nosuch")


def test_only_what_has_ended_is_removed(place: Place) -> None:
    (run_id,) = place.queue("steps")
    with pytest.raises(RunsError, match="has not ended"):
        remove(place.home, run_id)
    cancel(place.home, run_id)
    remove(place.home, run_id)
    assert rows(place.home) == []
    with pytest.raises(RunsError, match="no run"):
        row(place.home, run_id)


def test_a_prefix_finds_one_run(place: Place) -> None:
    one, two = place.queue("steps", "steps")
    assert find(place.home, one) == one
    with pytest.raises(RunsError, match="fits 2"):
        find(place.home, one[:3])
    with pytest.raises(RunsError, match="There is no run"):
        find(place.home, "zzz")
    assert find(place.home, two[-4:]) == two


def test_a_device_that_is_none_is_refused(place: Place) -> None:
    for device in ("tpu", "gpu:9", "gpu:", "gpu:-1"):
        with pytest.raises(RunsError, match=f"no device '{device}' on this machine: it has .*cpu"):
            submit(place.home, place.experiment, [0], device=device)
    assert rows(place.home) == []


def test_a_study_is_frozen_and_queued_seed_by_seed(place: Place) -> None:
    plan = load_study("digits-residual")
    made = submit_study(place.home, plan)
    (told,) = studies(place.home)
    assert (told.id, told.name, told.total, told.done, told.ended) == (made, "digits-residual", 4, 0, False)
    assert [(run.variant, run.seed) for run in told.runs] == [(v, s) for s in plan.seeds for v in plan.variants]
    assert [run.id for run in told.runs] == ids_in(place.home.open)
    assert study(place.home, "digits-residual").id == made
    (place.home.studies / "foreign").mkdir()
    assert len(studies(place.home)) == 1


def relative(experiment: Experiment) -> Experiment:
    data = msgspec.structs.replace(experiment.data, name="folder:pics", data_dir="sets")
    return msgspec.structs.replace(experiment, data=data)


def test_paths_of_data_are_of_the_folder_in_which_they_were_asked_for(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers start in /."""
    monkeypatch.chdir(tmp_path)
    experiment = relative(place.experiment)
    (run_id,) = submit(place.home, experiment, [0])
    frozen = read_run(place.home.run(run_id)).experiment
    assert (frozen.data.name, frozen.data.data_dir) == (f"folder:{tmp_path / 'pics'}", str(tmp_path / "sets"))
    plan = msgspec.structs.replace(load_study("digits-residual"), variants={"baseline": experiment})
    made = submit_study(place.home, plan)
    assert read_study(place.home.study(made)).variants["baseline"] == frozen


def test_a_path_of_nobody_is_refused(place: Place) -> None:
    data = msgspec.structs.replace(place.experiment.data, data_dir="~nosuchuser/sets")
    with pytest.raises(RunsError, match="~nosuchuser/sets"):
        submit(place.home, msgspec.structs.replace(place.experiment, data=data), [0])


def things(home: Home) -> set[str]:
    return {entry.name for folder in (home.runs, home.open, home.studies) for entry in folder.iterdir()}


def test_what_cannot_be_queued_whole_is_not_queued_at_all(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    (taken,) = place.queue("steps")
    before = things(place.home)
    with pytest.raises(RunsError, match=r"The 3 runs could not be written to .*; nothing was queued"):
        submit(place.home, place.experiment, [1, 2, 3], ids=["a8000000a", taken, "a8000000b"])
    assert things(place.home) == before
    plan = load_study("digits-residual")
    ids = new_ids(1 + len(plan.seeds) * len(plan.variants))
    monkeypatch.setattr(sys.modules["tui_ablate.runs.studies"], "new_ids", lambda *_: [*ids[:-1], taken])
    with pytest.raises(RunsError, match="could not be written"):
        submit_study(place.home, plan)
    assert things(place.home) == before
    assert journal.read(place.home.run(taken) / journal.JOURNAL)


def test_a_disk_that_fills_up_leaves_nothing_half_queued(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    sync, room = os.fsync, iter(range(9))

    def filling(descriptor: int) -> None:
        if next(room, None) is None:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", filling)
    with pytest.raises(RunsError, match="No space left"):
        submit_study(place.home, load_study("digits-residual", 5))
    assert things(place.home) == set()


def test_a_cancel_that_cannot_be_written_says_where(place: Place) -> None:
    (run_id,) = place.queue("steps")
    (place.home.run(run_id) / "requests").touch()
    with pytest.raises(RunsError, match=f"{run_id}/requests"):
        cancel(place.home, run_id)


def test_what_a_newer_version_wrote_is_listed_and_asks_for_an_update(place: Place) -> None:
    made = submit_study(place.home, load_study("digits-residual"))
    (frozen := place.home.study(made) / "study.yaml").write_text(frozen.read_text().replace("v: 1", "v: 9", 1))
    (strange,) = place.queue("steps")
    folder = place.home.run(strange)
    (folder / "experiment.yaml").write_text("v: 9\nwhat: ever\n")
    (folder / "journal.jsonl").write_text('{"v":9,"event":"queued","t":1}\n')
    (ended,) = place.queue("steps")
    (place.home.run(ended) / "exit.json").write_text('{"v":9,"state":"done"}')
    told = study(place.home, made)
    assert (told.newer, told.total, told.variants) == (True, 4, ())
    for sentence in (told.about, place.row(strange).sentence, place.row(ended).sentence):
        assert "update tui-ablate" in sentence
    assert [each.newer for each in rows(place.home)] == [True, True, False, False, False, False]
    assert place.row(ended).state == "done"


SECRETS = {
    "TF_TOKEN_app_terraform_io": "secret",
    "TF_VAR_password": "secret",
    "TF_CLI_ARGS": "secret",
    "TF_DATA_DIR": "secret",
    "NVIDIA_API_KEY": "secret",
    "https_proxy": "http://me:secret@proxy:3128",
}


@pytest.mark.parametrize(("asked", "frozen"), [("sets", "{here}/sets"), ("/data", "/data"), ("~/sets", "~/sets")])
def test_the_folder_of_sets_is_meant_from_where_the_run_was_asked_for(
    asked: str, frozen: str, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TFDS_DATA_DIR", asked)
    (run_id,) = place.queue("steps")
    variables = read_run(place.home.run(run_id)).environment.variables
    assert variables["TFDS_DATA_DIR"] == frozen.format(here=tmp_path)


def test_no_secret_is_frozen_with_a_run(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**SECRETS, "TF_XLA_FLAGS": "--x", "NVIDIA_TF32_OVERRIDE": "0", "http_proxy": "p:1"}.items():
        monkeypatch.setenv(name, value)
    (run_id,) = place.queue("steps")
    assert "secret" not in (place.home.run(run_id) / "experiment.yaml").read_text()
    needs = read_run(place.home.run(run_id)).environment
    assert {name: needs.variables[name] for name in ("TF_XLA_FLAGS", "NVIDIA_TF32_OVERRIDE", "http_proxy")}
    given = thawed(needs, SECRETS | {"http_proxy": "q:2", "TF_XLA_FLAGS": "--y", "TF_GPU_ALLOCATOR": "z"})
    assert given["https_proxy"] == SECRETS["https_proxy"], "whoever starts the worker may have the password"
    assert (given["http_proxy"], given["TF_XLA_FLAGS"], given.get("TF_GPU_ALLOCATOR")) == ("p:1", "--x", None)


def test_a_run_killed_on_its_way_into_the_queue_is_put_there(place: Place) -> None:
    (run_id,) = place.queue("steps")
    place.home.marker(run_id).unlink()
    assert place.row(run_id).state == "queued"
    assert place.home.marker(run_id).exists()


def ended(home: Home, count: int) -> None:
    for run_id in new_ids(count):
        folder = home.run(run_id)
        folder.mkdir()
        book = journal.Journal(folder / journal.JOURNAL)
        book.write(journal.Queued(t=1, name="n", seed=0, epochs=3))
        book.close()
        (folder / "exit.json").write_bytes(
            b'{"v":1,"state":"done","sentence":"","ended":5,"metrics":{"test.top1_error":0.5}}'
        )


def test_thousands_of_ended_runs_are_quick_and_not_read_again(place: Place) -> None:
    ended(place.home, 3000)
    assert len(Index(place.home).rows()) == 3000
    for folder in place.home.runs.iterdir():
        (folder / "exit.json").unlink()
    begun = time.perf_counter()
    told = Index(place.home).rows()
    assert time.perf_counter() - begun < 1
    assert {(each.state, each.test_error, each.epochs) for each in told} == {("done", 0.5, 3)}


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 99, None])
def test_a_lost_or_damaged_index_costs_only_time(place: Place, damage: bytes | None) -> None:
    ended(place.home, 5)
    before = Index(place.home).rows()
    for file in place.home.path.glob(f"{FILE}*"):
        file.unlink()
    if damage is not None:
        (place.home.path / FILE).write_bytes(damage)
    assert Index(place.home).rows() == before
    assert Index(place.home).rows() == before


def test_a_home_full_of_foreign_things_is_read(place: Place) -> None:
    (run_id,) = place.queue("steps")
    (place.home.runs / "file").touch()
    (place.home.runs / "empty").mkdir()
    (place.home.runs / "odd").mkdir()
    (place.home.runs / "odd" / journal.JOURNAL).mkdir()
    (place.home.runs / "Na me\n").mkdir()
    (place.home.path / FILE).mkdir()  # an index that can never be
    assert [each.id for each in rows(place.home)] == [run_id]


FEED = """
import sys
from pathlib import Path
from tui_ablate.runs.home import Home
from tui_ablate.runs.index import Index
home = Home(Path(sys.argv[1]))
print(sum(len(Index(home).rows()) for _ in range(20)))
"""


def test_many_processes_feed_the_index_at_once(place: Place) -> None:
    ended(place.home, 200)
    command = [sys.executable, "-c", FEED, str(place.home.path)]
    many = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    for process in many:
        out, errors = process.communicate(timeout=60)
        assert (out.strip(), errors) == ("4000", "")
