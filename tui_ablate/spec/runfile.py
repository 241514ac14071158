"""What a run folder says of its run: ``experiment.yaml``, written first and never changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from .decode import decode
from .experiment import Experiment
from .identity import identity, plain
from .load import place_in
from .problem import Problem, SpecError
from .text import dump
from .tree import Key, parse, read_text

EXPERIMENT = "experiment.yaml"
RUN_VERSION = 1


class NewerRun(SpecError):
    """The run was written by a newer version of the program."""


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """What a run needs of the machine, frozen when it is queued.

    ``device``: ``cpu``, ``gpu:N``, or None for whichever is free. ``threads`` changes bits on a CPU.
    ``variables`` are set for the worker before it starts.
    """

    python: str
    threads: int
    device: str | None = None
    variables: dict[str, str] = {}


class RunFile(msgspec.Struct, frozen=True, kw_only=True):
    """One experiment with one seed. ``queued`` is seconds since 1970; ``order`` sorts runs of one moment."""

    v: int = RUN_VERSION
    id: str
    seed: int
    queued: float
    identity: str
    environment: Environment
    study: str | None = None
    variant: str | None = None
    experiment: Experiment


def make_run(
    *,
    id: str,
    experiment: Experiment,
    seed: int,
    queued: float,
    environment: Environment,
    study: str | None = None,
    variant: str | None = None,
) -> RunFile:
    """The run of ``experiment`` with ``seed``."""
    return RunFile(
        id=id,
        seed=seed,
        queued=queued,
        identity=identity(experiment),
        environment=environment,
        study=study,
        variant=variant,
        experiment=experiment,
    )


def run_yaml(run: RunFile) -> bytes:
    """The bytes of ``experiment.yaml``."""
    head: dict[str, Any] = {
        name: msgspec.to_builtins(getattr(run, name)) for name in RunFile.__struct_fields__ if name != "experiment"
    }
    return dump({k: v for k, v in head.items() if v is not None} | {"experiment": plain(run.experiment)}).encode()


def read_run(folder: Path) -> RunFile:
    """The run of a run folder. Raises SpecError where its file is missing or damaged (NewerRun: of a newer version)."""
    path = folder / EXPERIMENT
    tree = parse(read_text(path), str(path))

    def place(at: Key) -> tuple[str, int | None]:
        return place_in((tree,), at)

    if isinstance(tree.value, dict) and isinstance(tree.value.get("v"), int) and tree.value["v"] > RUN_VERSION:
        found = f"this run was written by a newer version of the program (format {tree.value['v']})"
        raise NewerRun([Problem(file=str(path), found=found, right="upgrade tui-ablate to read it")])
    return decode(tree.value, RunFile, place)
