"""What runs say together: the table of a study's single values and means."""

from __future__ import annotations

from .rendering import FORMATS as FORMATS
from .rendering import render as render
from .table import SeedResult as SeedResult
from .table import VariantResult as VariantResult
from .table import table as table
