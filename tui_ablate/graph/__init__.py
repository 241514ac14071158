"""(experiment, facts of its data) -> layer graph; and what can be said of it: summary, difference, drawing."""

from .build import NetworkError as NetworkError
from .build import build as build
from .difference import Difference as Difference
from .difference import difference as difference
from .drawing import Drawing as Drawing
from .drawing import drawing as drawing
from .memory import TrainingMemory as TrainingMemory
from .memory import training_memory as training_memory
from .network import LayerGraph as LayerGraph
from .network import Node as Node
from .network import Totals as Totals
from .parts import UnknownPart as UnknownPart
from .summary import LayerRow as LayerRow
from .summary import Summary as Summary
from .summary import summary as summary
