"""Experiments and runs as YAML text, and back."""

from __future__ import annotations

import io
from typing import Any

from .experiment import Experiment
from .identity import plain


def dump(value: Any) -> str:
    """Plain values as YAML: mappings in block style, short lists in one line."""
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    def styled(item: Any, depth: int) -> Any:
        if isinstance(item, dict):
            made = CommentedMap({k: styled(v, depth + 1) for k, v in item.items()})
            simple = all(not isinstance(v, (dict, list)) for v in item.values())
            if depth >= 2 and simple and len(item) <= 6:
                made.fa.set_flow_style()
            return made
        if isinstance(item, (list, tuple)):
            sequence = CommentedSeq([styled(v, max(depth + 1, 2)) for v in item])
            if not any(isinstance(v, (dict, list)) for v in item):
                sequence.fa.set_flow_style()
            return sequence
        return item

    yaml = YAML()
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(styled(value, 0), out)
    return out.getvalue()


def to_yaml(experiment: Experiment, *, named: bool = True) -> str:
    """A preset file that says ``experiment`` in full, leaving out what has its default.

    ``named``: whether it says its name too, which else is the file's.
    """
    values = plain(experiment)
    ordered = {key: values[key] for key in ("about", "model", "data", "training") if key in values}
    name = {"name": experiment.name} if named else {}
    return f"# yaml-language-server: $schema=schema.json\n{dump(name | ordered)}"
