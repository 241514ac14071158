"""What an experiment is: every field of a preset, its type, range and default.

The types are the whole definition: the JSON schema, the loader, the editor's forms and the identity hash
follow from them. Values are frozen. Shorthands (``schedule: cosine``, a mapping of equally long lists for
``stages``) are accepted in YAML and rewritten to the one full form before they are decoded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, Union

import msgspec
from msgspec import Meta

from ..blocks import BLOCKS, Block, Shortcut, StrideOn

if TYPE_CHECKING:
    Stage: TypeAlias = Block
else:
    Stage = Union[tuple(BLOCKS.values())]  # noqa: UP007 (made at run time)

SCHEMA_VERSION = 1

Fraction = Annotated[float, Meta(ge=0, le=1)]
BelowOne = Annotated[float, Meta(ge=0, lt=1)]
Positive = Annotated[float, Meta(gt=0)]
NotNegative = Annotated[float, Meta(ge=0)]
Whole = Annotated[int, Meta(ge=1)]
Pixels = Annotated[int, Meta(ge=1, le=4096)]


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A mapping of a preset: frozen, and closed to fields it does not know."""


class BatchNormalization(Section, frozen=True, tag_field="name", tag="batch"):
    """Batch normalisation (Ioffe and Szegedy 2015); defaults as Keras."""

    momentum: BelowOne = 0.99
    epsilon: Positive = 1e-3


class GroupNormalization(Section, frozen=True, tag_field="name", tag="group"):
    """Group normalisation (Wu and He 2018, arXiv:1803.08494); defaults as Keras."""

    groups: Whole = 32
    epsilon: Positive = 1e-3


class NoNormalization(Section, frozen=True, tag_field="name", tag="none"):
    """No normalisation."""


class Head(Section, frozen=True):
    """What turns the last map into logits, before the dense layer to the classes."""

    pool: Literal["average", "max", "flatten"] = "average"
    hidden: tuple[Annotated[int, Meta(ge=1, le=1_000_000)], ...] = ()
    dropout: BelowOne = 0.0


class Model(Section, frozen=True):
    """The architecture: stem, stages, head."""

    stages: Annotated[tuple[Stage, ...], Meta(min_length=1, max_length=100)]
    stem: Literal["auto", "imagenet", "cifar", "none"] = "auto"
    stem_channels: Annotated[int, Meta(ge=1, le=65_536)] = 64
    residual: bool = True
    shortcut: Shortcut = "B"
    stride_on: StrideOn = "3x3"
    conv_bias: bool | None = None
    normalization: BatchNormalization | GroupNormalization | NoNormalization | None = None
    activation: Literal["relu", "gelu", "silu", "leaky_relu"] = "relu"
    initializer: Literal[
        "he_normal", "he_uniform", "glorot_normal", "glorot_uniform", "lecun_normal", "lecun_uniform"
    ] = "he_normal"
    zero_last_gamma: bool = False
    head: Head = Head()


class Data(Section, frozen=True):
    """Which images, how they are split, and what is done to them before they enter the network."""

    name: Annotated[str, Meta(min_length=1, max_length=4096)]
    data_dir: str | None = None
    train: str = "train"
    validation: float | str = 0.1
    test: str | None = "test"
    image_size: tuple[Pixels, Pixels] | None = None
    batch_size: Annotated[int, Meta(ge=1, le=1_000_000)] = 128
    drop_remainder: bool = False
    scale: Literal["unit", "standard"] = "unit"
    augment: tuple[Literal["flip", "crop", "cutout"], ...] = ()
    limit: Whole | None = None


class Sgd(Section, frozen=True, tag_field="name", tag="sgd"):
    """Stochastic gradient descent, with momentum where asked for."""

    learning_rate: Positive
    momentum: BelowOne = 0.0
    nesterov: bool = False
    clipnorm: Positive | None = None


class Adam(Section, frozen=True, tag_field="name", tag="adam"):
    """Adam (Kingma and Ba 2014, arXiv:1412.6980); defaults as Keras."""

    learning_rate: Positive
    beta_1: BelowOne = 0.9
    beta_2: BelowOne = 0.999
    epsilon: Positive = 1e-7
    clipnorm: Positive | None = None


class AdamW(Adam, frozen=True, tag_field="name", tag="adamw"):
    """Adam meant for decoupled weight decay (Loshchilov and Hutter 2017, arXiv:1711.05101)."""


Optimizer: TypeAlias = Sgd | Adam | AdamW
Monitor = Literal["validation.loss", "validation.accuracy"]


class Constant(Section, frozen=True, tag_field="name", tag="constant"):
    """The learning rate stays, after ``warmup`` epochs of linear rise."""

    warmup: NotNegative = 0.0


class Steps(Section, frozen=True, tag_field="name", tag="steps"):
    """The learning rate is multiplied by ``factor`` when each epoch in ``at`` begins (epochs completed)."""

    at: Annotated[tuple[Whole, ...], Meta(min_length=1)]
    factor: Positive = 0.1
    warmup: NotNegative = 0.0


class Cosine(Section, frozen=True, tag_field="name", tag="cosine"):
    """Half a cosine from the learning rate to zero over the run (Loshchilov and Hutter 2016, arXiv:1608.03983)."""

    warmup: NotNegative = 0.0


class Plateau(Section, frozen=True, tag_field="name", tag="plateau"):
    """The learning rate is multiplied by ``factor`` after ``patience`` epochs without improvement (as Keras)."""

    factor: Annotated[float, Meta(gt=0, lt=1)] = 0.1
    patience: Whole = 10
    monitor: Monitor = "validation.loss"
    warmup: NotNegative = 0.0


Schedule: TypeAlias = Constant | Steps | Cosine | Plateau


class EarlyStopping(Section, frozen=True):
    """Training ends after ``patience`` epochs without improvement of ``monitor``."""

    monitor: Monitor = "validation.loss"
    patience: Whole = 10


Loss = Literal["sparse_categorical_crossentropy", "binary_crossentropy", "broadcast_binary_crossentropy"]


class Training(Section, frozen=True):
    """How the network is trained."""

    epochs: Annotated[int, Meta(ge=1, le=100_000)]
    optimizer: Optimizer
    l2: NotNegative = 0.0
    weight_decay: NotNegative = 0.0
    schedule: Schedule = Constant()
    loss: Loss = "sparse_categorical_crossentropy"
    label_smoothing: Fraction = 0.0
    precision: Literal["float32", "bfloat16"] = "float32"
    checkpoint: Literal["last", "best"] = "last"
    early_stopping: EarlyStopping | None = None
    deterministic: bool = False
    watch: tuple[Literal["gradients", "activations"], ...] = ()


class Experiment(Section, frozen=True):
    """Everything that decides a training run but its seed. ``name`` and ``about`` decide nothing."""

    name: str
    model: Model
    data: Data
    training: Training
    about: str = ""
