"""What runs say together: the table of a study's single values and means."""

from __future__ import annotations

from .rendering import FORMATS as FORMATS
from .rendering import NAMES as NAMES
from .rendering import render as render
from .table import SeedResult as SeedResult
from .table import VariantResult as VariantResult
from .table import measured as measured
from .table import table as table
