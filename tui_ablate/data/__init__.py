"""Which data sets exist: facts, splits, cached arrays and example pictures. No TensorFlow here."""

from __future__ import annotations

from .arrays import Arrays as Arrays
from .arrays import Part as Part
from .cache import cache_folder as cache_folder
from .cache import load_cached as load_cached
from .digits import digits_arrays as digits_arrays
from .error import DataError as DataError
from .facts import Facts as Facts
from .facts import Input as Input
from .half_blocks import ansi as ansi
from .half_blocks import half_blocks as half_blocks
from .location import how_to_fetch as how_to_fetch
from .registry import SetEntry as SetEntry
from .registry import anchored as anchored
from .registry import enters as enters
from .registry import facts as facts
from .registry import list_sets as list_sets
from .samples import Sample as Sample
from .samples import class_counts as class_counts
from .samples import sample_pictures as sample_pictures
from .splits import Splits as Splits
from .splits import splits as splits
