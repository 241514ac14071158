"""Each layer's shape and cost, against sums done by hand."""

from __future__ import annotations

import pytest

from tui_ablate.blocks import Layer, Shape, ShapeError, layers


@pytest.mark.parametrize(
    ("layer", "entering", "leaving", "trainable", "fixed", "macs"),
    [
        (layers.ZeroPadding(3), (8, 6, 2), (14, 12, 2), 0, 0, 0),
        (layers.Convolution(4, 3), (8, 6, 2), (8, 6, 4), 72, 0, 8 * 6 * 72),
        (layers.Convolution(4, 3, 2, bias=True), (7, 6, 2), (4, 3, 4), 76, 0, 4 * 3 * 72),
        (layers.Convolution(4, 3, 2, "valid"), (7, 6, 2), (3, 2, 4), 72, 0, 3 * 2 * 72),
        (layers.Normalization(), (8, 6, 2), (8, 6, 2), 4, 4, 0),
        (layers.Normalization(groups=2), (8, 6, 2), (8, 6, 2), 4, 0, 0),
        (layers.Activation("relu"), (8, 6, 2), (8, 6, 2), 0, 0, 0),
        (layers.MaxPooling(3, 2), (8, 7, 2), (3, 3, 2), 0, 0, 0),
        (layers.MaxPooling(2, 2, "same"), (7, 7, 2), (4, 4, 2), 0, 0, 0),
        (layers.Subsample(2), (7, 6, 2), (4, 3, 2), 0, 0, 0),
        (layers.PadChannels(5), (7, 6, 2), (7, 6, 5), 0, 0, 0),
        (layers.GlobalPooling("average"), (7, 6, 2), (2,), 0, 0, 0),
        (layers.Flatten(), (7, 6, 2), (84,), 0, 0, 0),
        (layers.Dropout(0.5), (84,), (84,), 0, 0, 0),
        (layers.Dense(10), (84,), (10,), 850, 0, 840),
    ],
)
def test_shape_and_cost(layer: Layer, entering: Shape, leaving: Shape, trainable: int, fixed: int, macs: int) -> None:
    assert layer.output_shape(entering) == leaving
    assert layer.trainable_params(entering) == trainable
    assert layer.non_trainable_params(entering) == fixed
    assert layer.macs(entering) == macs


@pytest.mark.parametrize(
    ("layer", "entering", "says"),
    [
        (layers.Convolution(4, 3, 1, "valid"), [(2, 9, 1)], "3x3 convolution does not fit a 2x9 map"),
        (layers.MaxPooling(2, 2), [(1, 1, 4)], "2x2 pooling does not fit a 1x1 map"),
        (layers.Normalization(groups=3), [(4, 4, 4)], "4 channels do not divide into 3 groups"),
        (layers.PadChannels(2), [(4, 4, 4)], "cannot narrow 4 channels to 2"),
        (layers.Add(), [(4, 4, 4), (2, 2, 4)], "cannot be added"),
        (layers.Dense(2), [(4, 4, 4)], "a dense layer needs a vector"),
        (layers.Flatten(), [(4,)], None),
        (layers.GlobalPooling("max"), [(4,)], "global pooling needs a map"),
    ],
)
def test_what_does_not_fit_is_refused(layer: Layer, entering: list[Shape], says: str | None) -> None:
    if says is None:
        assert layer.output_shape(*entering) == entering[0]
        return
    with pytest.raises(ShapeError, match=says):
        layer.output_shape(*entering)
