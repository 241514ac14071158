"""Runs every benchmark beside this file, or those named: ``python -m benchmarks summary``.

Each is a module that measures one promise against a peer within the same run, prints a table and exits with 1 where the
promise does not hold.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main() -> int:
    every = sorted(
        path.stem for path in FOLDER.glob("*.py") if "def main()" in path.read_text() and path.stem[0] != "_"
    )
    named = sys.argv[1:] or every
    if unknown := set(named) - set(every):
        print(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(every)}.", file=sys.stderr)
        return 2
    missed = []
    for name in named:
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=FOLDER.parent, check=False).returncode:
            missed.append(name)
    print(f"\nEvery promise holds: {', '.join(named)}." if not missed else f"\nNot held: {', '.join(missed)}.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
