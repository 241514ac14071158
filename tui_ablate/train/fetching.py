"""Bring a TFDS set onto the disk: checks first, then a process of its own that can be watched and stopped."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, Queue
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from ..data import DataError, facts, how_to_fetch, registry
from ..data.catalogue import Origin, origin
from ..data.location import parse, root
from ..spec.experiment import Data

CONNECT_SECONDS = 5.0
STALL_SECONDS = 60.0
"""Without a further byte for so long a download counts as stuck."""
LOOK_SECONDS = 0.1
FILES = "Dl Completed..."
"""TFDS's name for the bar that counts whole files."""
UNPACKED = 2.5
"""Bytes on disk for each byte of download, where TFDS does not say: the archive, what is unpacked, the records."""


def fetch(data: Data, told: Callable[[str, float, float], None], pulse: Callable[[], None]) -> None:
    """Download and prepare the set of ``data``; ``told`` gets (stage, done, total), ``pulse`` may raise to stop it.

    Raises DataError: no network, no room, stuck, to be fetched by hand, or what TFDS met.
    """
    wanted, folder = parse(data.name), root(data)
    source = origin(wanted, folder)
    _by_hand(source, data, folder)
    _room(source, data, folder)
    pulse()
    _network(source, data)
    pulse()
    name = str(wanted)
    command = [sys.executable, "-m", "tui_ablate.train.download", name, str(folder)]
    with tempfile.TemporaryFile() as log:
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True
        )
        try:
            _watch(child, data, told, pulse)
        finally:
            # It dies at the end of its standard input as well, should this process be killed.
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                pipe.close()


def _watch(child: Any, data: Data, told: Callable[[str, float, float], None], pulse: Callable[[], None]) -> None:
    lines: Queue[bytes | None] = Queue()

    def listen() -> None:
        for line in child.stdout:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=listen, daemon=True).start()
    moved, bars = time.monotonic(), dict[str, tuple[float, float]]()
    error: dict[str, Any] | None = None
    while True:
        pulse()
        if _downloading(bars) and time.monotonic() - moved > STALL_SECONDS:
            raise DataError(
                f"The download of {data.name} has stood still for {STALL_SECONDS:.0f} seconds. "
                "Look at the network, then run it again: whole files are kept."
            )
        try:
            line = lines.get(timeout=LOOK_SECONDS)
        except Empty:
            continue
        if line is None:
            break
        said = json.loads(line)
        if "error" in said:
            error = said
            continue
        what, done, total = said["what"], said["done"], said["total"]
        if what not in bars or bars[what][0] != done:
            moved = time.monotonic()
        bars[what] = done, total
        if said["unit"] == "MiB":
            told("download", done * 2**20, max(total * 2**20, _download_bytes(data)))
        elif not what.startswith("Dl ") and not _downloading(bars):
            told("prepare", done, total)
    if child.wait() != 0 or error is not None:
        raise DataError(_sentence(error, data, child.returncode))


def _downloading(bars: dict[str, tuple[float, float]]) -> bool:
    """Whether a file is still to come. TFDS repeats all its bars at each step, so the last one says nothing."""
    done, total = bars.get(FILES, (0, 0))
    return done < total


def _download_bytes(data: Data) -> float:
    return float(facts(data).download_bytes or 0)


def _sentence(error: dict[str, Any] | None, data: Data, status: int) -> str:
    name, folder = data.name, root(data)
    if error is None:
        return f"The process that fetched {name} was ended from outside (status {status}). Run it again."
    kinds, text = set(error["error"]), error["text"]
    if error["errno"] in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full at {folder} while {name} was fetched. Make room, or set data.data_dir; run it again."
    if error["errno"] in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{folder} cannot be written. Correct its permissions, or set data.data_dir to another folder."
    if "ExtractError" in kinds:
        return f"An archive of {name} cannot be unpacked. Delete {folder / 'downloads'} and run it again."
    if "NonMatchingChecksumError" in kinds:
        return f"A file of {name} came other than TFDS expects. Delete {folder / 'downloads'} and run it again."
    if kinds & {"RequestException", "DownloadError", "URLError", "ConnectionError"}:
        return f"{name} could not be downloaded ({text[:160]}). Look at the network, then run it again."
    if kinds & {"ImportError", "ModuleNotFoundError"}:
        return f"TFDS needs a further package to prepare {name} ({text[:160]}). Install it and run it again."
    if "ManualDownloadError" in kinds or "manual" in text.lower():
        return f"{name} needs files fetched by hand: {text[:240]}"
    return f"TFDS could not prepare {name} ({text[:240]}). Choose another set, or report this to TFDS."


def _by_hand(source: Origin, data: Data, folder: Path) -> None:
    place = folder / "downloads" / "manual"
    if source.by_hand and not (place.is_dir() and any(place.iterdir())):
        raise DataError(f"{data.name} must be fetched by hand into {place}. {source.by_hand[:300]}")


def _room(source: Origin, data: Data, folder: Path) -> None:
    known = facts(data)
    download = known.download_bytes or sum(source.urls.values())
    needed = download + (known.disk_bytes or round(download * (UNPACKED - 1)))
    there = folder
    while not there.exists():
        there = there.parent
    if not os.access(there, os.W_OK):
        raise DataError(f"{folder} cannot be written. Correct its permissions, or set data.data_dir to another folder.")
    free = shutil.disk_usage(there).free
    if free < needed:
        raise DataError(
            f"{data.name} needs about {needed / 1e9:.1f} GB at {folder}, where {free / 1e9:.1f} GB are free. "
            "Make room, or set data.data_dir to another disk."
        )


def _network(source: Origin, data: Data) -> None:
    """TFDS tries for 205 seconds without saying so; a connection to each host tells within five."""
    hosts = sorted({_endpoint(url) for url in source.urls if url.startswith("http")})
    if not hosts:
        return
    with ThreadPoolExecutor(len(hosts)) as several:
        reached = list(several.map(_answers, hosts))
    if not all(reached):
        silent = ", ".join(host for (host, _), good in zip(hosts, reached, strict=True) if not good)
        versions = registry.other_versions(data)
        hint = f" On disk is version {versions[-1]}; ask for it as {data.name}:{versions[-1]}." if versions else ""
        raise DataError(
            f"{data.name} is not on disk in {root(data)}, and there is no network to fetch it ({silent} does not "
            f"answer). Fetch it where there is, with `{how_to_fetch(data)}`.{hint}"
        )


def _endpoint(url: str) -> tuple[str, int]:
    """Where a request for ``url`` would connect to: its host, or the proxy that the environment names."""
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    if proxy and not proxy_bypass(parts.hostname or ""):
        parts = urlsplit(proxy if "//" in proxy else f"http://{proxy}")
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _answers(endpoint: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(endpoint, timeout=CONNECT_SECONDS):
            return True
    except OSError:
        return False
