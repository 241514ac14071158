#!/bin/sh
# Makes .venv and installs tui-ablate into it, when that has not been done yet for these files.
#   sh install.sh        what `make run` needs
#   sh install.sh dev    and what the tests need
set -eu
cd "$(dirname "$0")"
venv=.venv
stamp=$venv/tui-ablate-installed

say() { printf '%s\n' "$@" >&2; }
stop() { say "$@"; exit 1; }

good_python() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

find_python() {
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if good_python "$name"; then command -v "$name"; return; fi
    done
    return 1
}

has_nvidia_driver() {
    [ -e /proc/driver/nvidia/version ] || { command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L >/dev/null 2>&1; }
}

extras=
if [ "${1:-}" = dev ] || grep -qs '^extras .*dev' "$stamp"; then extras=dev; fi
if has_nvidia_driver && [ "$(uname -sm)" = "Linux x86_64" ]; then extras=cuda${extras:+,$extras}; fi

wanted="extras $extras
place $PWD
$(cat pyproject.toml constraints.txt | cksum)"
if [ -x $venv/bin/python ] && [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then exit 0; fi

python=$(find_python) || stop \
    "tui-ablate needs Python 3.11, 3.12 or 3.13 (TensorFlow has none for others), and found no such python3." \
    "On Debian or Ubuntu: sudo apt-get install python3 python3-venv. Elsewhere: PYTHON=/path/to/python3.12 make run"
"$python" -c 'import venv, ensurepip' 2>/dev/null || stop \
    "$python cannot make an environment: its venv module is missing." \
    "On Debian or Ubuntu: sudo apt-get install python3-venv (for another Python than the system's: python3.12-venv)."

case $extras in
    *cuda*) say "NVIDIA driver found: installing TensorFlow with its CUDA libraries (about 3.4 GB to download, 8 GB on disk)." ;;
    *) say "No NVIDIA driver found: installing without CUDA libraries (about 0.7 GB to download, 3 GB on disk)." ;;
esac
say "Installing into $PWD/$venv with $("$python" --version). About two minutes on a fast line; only the first time."

moved=false
if [ -e "$stamp" ] && ! grep -qx "place $PWD" "$stamp"; then moved=true; fi
rm -f "$stamp"
if $moved || ! $venv/bin/python -c 'import pip' 2>/dev/null || ! good_python $venv/bin/python; then
    "$python" -m venv --clear $venv
fi
pip() { $venv/bin/python -m pip --disable-pip-version-check "$@"; }
# Builders are installed like all else, so that their versions are pinned too (promise comes as source only).
pip install --quiet --quiet --constraint constraints.txt pip hatchling editables setuptools wheel
pip install --quiet --quiet --constraint constraints.txt --no-build-isolation --editable ".${extras:+[$extras]}"
printf '%s\n' "$wanted" >"$stamp"
say "Installed: $($venv/bin/tui-ablate --version 2>/dev/null || echo tui-ablate)"
