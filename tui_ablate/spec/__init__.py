"""What an experiment is: typed, validated, YAML in and out, every value knowing its line."""

from __future__ import annotations

from ..places import PresetEntry as PresetEntry
from ..places import home_folder as home_folder
from ..places import own_folder as own_folder
from ..places import preset_folder as preset_folder
from ..places import presets as presets
from .ablation import ablation as ablation
from .decode import decode as decode
from .experiment import Data as Data
from .experiment import Experiment as Experiment
from .experiment import Model as Model
from .experiment import Training as Training
from .identity import Difference as Difference
from .identity import differences as differences
from .identity import edit as edit
from .identity import identity as identity
from .identity import plain as plain
from .identity import set_values as set_values
from .load import Loaded as Loaded
from .load import load as load
from .load import load_text as load_text
from .load import load_with_places as load_with_places
from .places import is_file as is_file
from .problem import Problem as Problem
from .problem import SpecError as SpecError
from .problem import bounded as bounded
from .problem import nearest as nearest
from .problem import shown as shown
from .runfile import Environment as Environment
from .runfile import RunFile as RunFile
from .runfile import make_run as make_run
from .runfile import read_run as read_run
from .runfile import run_yaml as run_yaml
from .save import save_preset as save_preset
from .schema import schema as schema
from .schema import study_schema as study_schema
from .study import Contrast as Contrast
from .study import Study as Study
from .study import is_study as is_study
from .study import load_study as load_study
from .study import load_study_with_places as load_study_with_places
from .text import to_yaml as to_yaml
