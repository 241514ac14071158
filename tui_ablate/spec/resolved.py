"""What a model leaves open, decided; and the one form of all models that are the same network."""

from __future__ import annotations

import msgspec

from ..blocks import Block
from .experiment import BatchNormalization, GroupNormalization, Model, NoNormalization

Normalization = BatchNormalization | GroupNormalization | NoNormalization


def conv_bias_of(model: Model, kind: type[Block]) -> bool:
    """Whether the convolutions of blocks of ``kind`` have a bias."""
    return kind.default_conv_bias if model.conv_bias is None else model.conv_bias


def normalization_of(model: Model, kind: type[Block]) -> Normalization:
    """The normalisation in blocks of ``kind``."""
    if model.normalization is not None:
        return model.normalization
    return BatchNormalization() if kind.default_normalization == "batch" else NoNormalization()


def residual_of(model: Model, stage: Block) -> tuple[bool, ...]:
    """Whether each block of ``stage`` has its shortcut: a block's word beats the stage's, the stage's the network's."""
    if not stage.can_shortcut:
        return (False,) * stage.repeat
    if isinstance(stage.residual, tuple):
        return stage.residual
    return (model.residual if stage.residual is None else stage.residual,) * stage.repeat


def normal_form(model: Model) -> Model:
    """``model`` without the values that say what its blocks do anyway, so that one network is written in one way.

    Shortcuts are written as the network's word (false where no block has one) and those of the stages that differ.
    """
    kinds = {type(stage) for stage in model.stages}
    without = msgspec.structs.replace(model, conv_bias=None, normalization=None)
    if all(conv_bias_of(model, kind) == conv_bias_of(without, kind) for kind in kinds):
        model = msgspec.structs.replace(model, conv_bias=None)
    if all(normalization_of(model, kind) == normalization_of(without, kind) for kind in kinds):
        model = msgspec.structs.replace(model, normalization=None)
    kept = [residual_of(model, stage) for stage in model.stages]
    able = [each for each, stage in zip(kept, model.stages, strict=True) if stage.can_shortcut]
    network = any(map(any, able)) or not able
    stages = tuple(
        msgspec.structs.replace(stage, residual=_word(each, network) if stage.can_shortcut else None)
        for each, stage in zip(kept, model.stages, strict=True)
    )
    return msgspec.structs.replace(model, residual=network, stages=stages)


def _word(kept: tuple[bool, ...], network: bool) -> bool | tuple[bool, ...] | None:
    """A stage's own word for ``kept``: none where it is the network's, one where all of its blocks have the same."""
    if len(set(kept)) > 1:
        return kept
    return None if kept[0] == network else kept[0]
