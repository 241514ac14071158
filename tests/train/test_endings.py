"""Which end an error makes of a run."""

from __future__ import annotations

import errno

import pytest

from tui_ablate.train import endings
from tui_ablate.train.backend import tf
from tui_ablate.train.endings import Unsaved

STAGE = "in epoch 1, after step 8"


@pytest.mark.parametrize(
    "error",
    [
        tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor with shape[2048,1024] and type float"),
        tf.errors.InternalError(None, None, "Failed copying input tensor to GPU:0: Dst tensor is not initialized."),
        tf.errors.InternalError(None, None, "failed call to cuMemAlloc: CUDA_ERROR_OUT_OF_MEMORY: out of memory"),
        tf.errors.UnknownError(None, None, "Failed to get convolution algorithm: CUDNN_STATUS_ALLOC_FAILED"),
        MemoryError(),
    ],
)
def test_no_memory_is_told_from_other_failures_whatever_class_it_comes_as(error: BaseException) -> None:
    ending = endings.of(error, STAGE)
    assert ending.state == "out_of_memory"
    assert ending.sentence.startswith(f"Out of memory {STAGE}")
    assert ending.fresh


@pytest.mark.parametrize(
    "error",
    [
        tf.errors.ResourceExhaustedError(None, None, "a/b.index; No space left on device"),
        tf.errors.InternalError(None, None, "cuDNN launch failure"),
        RuntimeError("the words out of memory, said by no library"),
    ],
)
def test_other_failures_are_not_taken_for_memory(error: BaseException) -> None:
    assert endings.of(error, STAGE).state == "failed"


def test_a_model_that_could_not_be_saved_ends_as_its_cause_and_keeps_the_metrics() -> None:
    unsaved = Unsaved({"test.top1_error": 0.25})
    unsaved.__cause__ = OSError(errno.ENOSPC, "No space left on device", "/home/model.keras")
    ending = endings.of(unsaved, "while its model was saved")
    assert ending.state == "failed"
    assert ending.sentence == (
        "The disk is full at /home/model.keras, while its model was saved. Make room and run it again."
    )
    assert endings.metrics_of(unsaved) == {"test.top1_error": 0.25}
    assert endings.metrics_of(unsaved.__cause__) == {}


def test_without_a_test_set_the_end_tells_the_error_on_validation_and_why() -> None:
    tested = endings.done({"validation.top1_error": 0.5, "test.top1_error": 0.25}, 3, 3, 3)
    assert tested.sentence == "Trained 3 epochs; top-1 error on the test set 25.00 %."
    validated = endings.done({"validation.top1_error": 0.5}, 2, 3, 3)
    assert validated.sentence == (
        "Trained 3 epochs; top-1 error on validation 50.00 % with the weights of epoch 2 (these data have no test set)."
    )
