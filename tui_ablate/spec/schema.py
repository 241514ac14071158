"""The JSON schemas of preset and study files, shorthands and ``extends`` included.

``python -m tui_ablate.spec`` writes ``presets/schema.json`` and ``presets/studies/schema.json``.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import msgspec

from ..blocks import BLOCKS
from .experiment import Experiment
from .meanings import meaning
from .study_file import StudyFile

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_ROOT = "#/$defs/"


def schema() -> dict[str, Any]:
    """The JSON schema of a preset file: what validates here loads, but for rules between fields."""
    made = msgspec.json.schema(Experiment)
    kinds = made["$defs"]
    _describe(kinds)
    strict = {section: deepcopy(kinds[section]) for section in ("Model", "Data", "Training")}
    _named(kinds, "Model", "normalization")
    _named(kinds, "Training", "schedule")
    _named(kinds, "Training", "optimizer")
    kinds["Model"]["properties"]["stages"] = _stages(kinds)
    kinds["Data"]["properties"]["image_size"]["anyOf"].append({"type": "integer", "minimum": 1, "maximum": 4096})
    for section in strict:
        kinds[section].pop("required")
    return {
        "$schema": DRAFT,
        "title": "tui-ablate preset",
        "description": kinds["Experiment"]["description"],
        "type": "object",
        "properties": {
            "extends": {"type": "string", "description": meaning("Experiment", "extends")},
            **kinds.pop("Experiment")["properties"],
        },
        "additionalProperties": False,
        # A preset that extends another may leave out whatever that one says.
        "if": {"required": ["extends"]},
        "else": _whole(strict, kinds),
        "$defs": kinds,
    }


def study_schema() -> dict[str, Any]:
    """The JSON schema of a study file; changes to presets are checked against the preset's schema."""
    made = msgspec.json.schema(StudyFile)
    kinds = made["$defs"]
    _describe(kinds)
    preset = schema()
    top = kinds.pop("StudyFile")
    changes = {
        "type": "object",
        "properties": {
            "preset": {"type": "string", "description": "The preset that is changed; by default the baseline."},
            **{k: v for k, v in preset["properties"].items() if k != "extends"},
        },
        "additionalProperties": False,
    }
    kinds |= preset["$defs"] | {"Changes": changes}
    entry = {"anyOf": [{"type": "string"}, {"$ref": _ROOT + "Changes"}]}
    about = {"description": top["properties"]["baseline"]["description"]}
    top["properties"]["baseline"] = entry | about
    top["properties"]["variants"]["additionalProperties"] = entry
    return {
        "$schema": DRAFT,
        "title": "tui-ablate study",
        "description": top["description"],
        "type": "object",
        "properties": top["properties"],
        "required": top["required"],
        "anyOf": [{"required": ["variants"]}, {"required": ["factors"]}],
        "additionalProperties": False,
        "$defs": kinds,
    }


def _describe(kinds: dict[str, Any]) -> None:
    blocks = {kind.__name__ for kind in BLOCKS.values()}
    for name, kind in kinds.items():
        for field, value in kind.get("properties", {}).items():
            text = meaning("Block" if name in blocks else name, field)
            if text is not None and "description" not in value:
                value["description"] = text


def _branches(field: dict[str, Any]) -> list[dict[str, Any]]:
    """The kinds that a field told apart by ``name`` may have, as references."""
    found: list[dict[str, Any]] = []
    for branch in field.get("anyOf", ()):
        found += _branches(branch) if "anyOf" in branch else [branch] if "$ref" in branch else []
    return found


def _named(kinds: dict[str, Any], section: str, field: str) -> None:
    """Accept a bare word, and fields without a name: both merge with what the extended preset says."""
    own = kinds[section]["properties"][field]
    branches = _branches(own)
    names: list[str] = []
    fields: dict[str, list[Any]] = {}
    for branch in branches:
        kind = kinds[branch["$ref"].removeprefix(_ROOT)]
        names += kind["properties"]["name"]["enum"]
        for key, value in kind["properties"].items():
            if key != "name" and value not in fields.setdefault(key, []):
                fields[key].append(value)
    choices = [{"enum": names, "description": "The kind, with its defaults."}, *(_lenient(kinds, b) for b in branches)]
    if fields:
        properties = {k: v[0] if len(v) == 1 else {"anyOf": v} for k, v in fields.items()}
        choices.append({"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1})
    if {"type": "null"} in own.get("anyOf", ()):
        choices.append({"type": "null"})
    kept = {key: own[key] for key in ("description", "default") if key in own}
    kinds[section]["properties"][field] = kept | {"anyOf": choices}


def _lenient(kinds: dict[str, Any], branch: dict[str, Any]) -> dict[str, Any]:
    return {**kinds[branch["$ref"].removeprefix(_ROOT)], "required": ["name"]}


def _stages(kinds: dict[str, Any]) -> dict[str, Any]:
    own = kinds["Model"]["properties"]["stages"]
    fields: dict[str, Any] = {"block": {"enum": list(BLOCKS)}}
    for kind in BLOCKS.values():
        for field, value in kinds[kind.__name__]["properties"].items():
            fields.setdefault(field, value)
    columns = {
        "type": "object",
        "description": "Each field once, as a list with one value a stage, or one value for all of them.",
        "properties": {k: {"anyOf": [v, {"type": "array", "items": v}]} for k, v in fields.items()},
        "required": ["block", "channels"],
        "additionalProperties": False,
    }
    plain = {key: own[key] for key in own if key != "description"}
    return {"description": own["description"], "anyOf": [plain, columns]}


def _whole(strict: dict[str, Any], kinds: dict[str, Any]) -> dict[str, Any]:
    """What a preset must say that extends none."""
    made: dict[str, Any] = {}
    for section, kind in strict.items():
        made[section.lower()] = {"required": kind["required"]}
    for section, field in (("Model", "normalization"), ("Training", "schedule"), ("Training", "optimizer")):
        branches = _branches(strict[section]["properties"][field])
        found = [kinds[branch["$ref"].removeprefix(_ROOT)] for branch in branches]
        words = [kind["properties"]["name"]["enum"][0] for kind in found if kind["required"] == ["name"]]
        other = [{"type": "null"}] if field == "normalization" else []
        short = [{"enum": words}] if words else []
        made[section.lower()].setdefault("properties", {})[field] = {"anyOf": [*branches, *short, *other]}
    return {"required": list(made), "properties": made}


def text(made: dict[str, Any]) -> bytes:
    """A schema as the bytes of its file."""
    return msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n"
