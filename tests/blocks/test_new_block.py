"""A new kind of block is one new file: schema, checks, summary and drawing follow from it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
NEW = '''
"""One depthwise-looking convolution between two pointwise ones."""

from typing import Annotated

from msgspec import Meta

from .block import Block, Place, Style, Wiring
from .layers import Add


class Inverted(Block, frozen=True, kw_only=True, tag="inverted"):
    """Wide in the middle."""

    widening: Annotated[int, Meta(ge=1, le=16)] = 4

    def wire(self, net: Wiring, style: Style, place: Place) -> str:
        x = net.act(1, style, net.conv(1, style, self.channels * self.widening, 1, 1, "in"))
        x = net.act(2, style, net.conv(2, style, self.channels, self.kernel, place.stride, x))
        return net.add("add", Add(), x, net.shortcut(style, place, "in", x)) if place.residual else x
'''
ASK = """
import json
from tui_ablate import spec
from tui_ablate.data.facts import Input
from tui_ablate.graph import build, drawing, summary
from tui_ablate.graph.picture import lines, text
PRESET = '''
model:
  stages:
    - {block: inverted, channels: 64, repeat: 2, widening: 2}
    - {block: inverted, channels: 128, stride: 2, residual: false}
data: {name: digits}
training: {epochs: 1, optimizer: {name: sgd, learning_rate: 0.1}}
'''
experiment = spec.load_text(PRESET)
graph = build(experiment, Input((16, 16, 1), 10))
try:
    spec.load_text(PRESET.replace("widening: 2", "widening: 99"))
    refused = None
except spec.SpecError as error:
    refused = str(error)
print(json.dumps({
    "schema": json.dumps(spec.schema()),
    "refused": refused,
    "layers": [layer.name for layer in summary(graph, "stage1.block1").layers],
    "picture": text(lines(drawing(graph), 60)),
}))
"""


def test_one_file_adds_a_block(tmp_path: Path) -> None:
    ignore = shutil.ignore_patterns("__pycache__", "tui", "train", "cli")
    shutil.copytree(ROOT / "tui_ablate", tmp_path / "tui_ablate", ignore=ignore)
    shutil.copytree(ROOT / "presets", tmp_path / "presets")
    (tmp_path / "tui_ablate" / "blocks" / "inverted.py").write_text(NEW)
    ran = subprocess.run([sys.executable, "-c", ASK], cwd=tmp_path, text=True, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    assert "widening" in said["schema"]
    assert "inverted" in said["schema"]
    assert "model.stages.0.widening" in said["refused"]
    names = ["conv1", "act1", "conv2", "act2", "add"]
    assert said["layers"] == [f"stage1_block1_{name}" for name in names]
    assert said["picture"][2].split() == ["1", "inverted", "×2", "╭──┬──╮"]
    assert said["picture"][5].endswith("─██─")
