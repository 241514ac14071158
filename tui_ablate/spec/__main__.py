"""Writes the schema files beside the presets: ``python -m tui_ablate.spec``."""

from __future__ import annotations

from ..places import preset_folder
from .schema import schema, study_schema, text

if __name__ == "__main__":
    (preset_folder() / "schema.json").write_bytes(text(schema()))
    (preset_folder() / "studies" / "schema.json").write_bytes(text(study_schema()))
