"""``python -m tui_ablate.train.download NAME DATA_DIR``: let TFDS fetch and prepare one set; a JSON line a step.

It ends with exit status 0, or after a line ``{"error": kind, "text": …}`` with 1. It ends, too, when its standard
input does: whoever started it is gone.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from types import SimpleNamespace
from typing import Any

TELL_SECONDS = 0.2
_LOCK = threading.RLock()


def tell(line: dict[str, Any]) -> None:
    """One line on standard output, whole."""
    os.write(_OUT, (json.dumps(line) + "\n").encode())


class Bar:
    """Stands in for tqdm's bar inside TFDS, and tells what it is told."""

    def __init__(self, iterable: Any = None, *, total: float | None = None, desc: str = "", unit: str = "", **_: Any):
        self._iterable, self.total, self.n, self.desc, self.unit = iterable, total or 0, 0.0, desc or "", unit.strip()
        self._told, self._told_at = (0.0, -1.0), 0.0

    @classmethod
    def get_lock(cls) -> Any:
        """As tqdm: one lock for all bars."""
        return _LOCK

    @staticmethod
    def write(text: str, **_: Any) -> None:
        """As tqdm; what TFDS prints goes to standard error."""
        sys.stderr.write(text)

    def __iter__(self) -> Any:
        for item in self._iterable:
            yield item
            self.update(1)

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def update(self, by: float = 1) -> None:
        """``by`` more are done."""
        self.n += by
        self.refresh()

    def refresh(self) -> None:
        """Tell how far this is where it has moved: a few times a second, and always that it is done."""
        now, state = time.monotonic(), (self.n, self.total)
        if state != self._told and (now - self._told_at >= TELL_SECONDS or self.n >= self.total > 0):
            self._told, self._told_at = state, now
            tell({"what": self.desc, "unit": self.unit, "done": self.n, "total": self.total})

    def close(self) -> None:
        """As tqdm."""

    clear = close

    def set_description(self, text: str, refresh: bool = True) -> None:
        """As tqdm."""
        self.desc = text


def _leave_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(3)


def main(name: str, data_dir: str) -> int:
    """Fetch and prepare."""
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    import tensorflow_datasets as tfds
    from tensorflow_datasets.core.utils import tqdm_utils

    tqdm_utils.tqdm_lib = SimpleNamespace(tqdm=Bar)
    try:
        config = tfds.download.DownloadConfig(compute_stats=tfds.download.ComputeStatsMode.SKIP, try_download_gcs=False)
        tfds.builder(name, data_dir=data_dir).download_and_prepare(download_config=config)
    except BaseException as error:
        kinds = [kind.__name__ for kind in type(error).__mro__]
        chained: BaseException | None = error
        number = None
        while chained is not None and number is None:
            number, chained = getattr(chained, "errno", None), chained.__cause__ or chained.__context__
        tell({"error": kinds, "errno": number, "text": " ".join(str(error).split())[:400]})
        return 1
    return 0


if __name__ == "__main__":
    # What TFDS and its libraries print must not mix with our lines.
    _OUT = os.dup(1)
    os.dup2(2, 1)
    sys.exit(main(*sys.argv[1:]))
