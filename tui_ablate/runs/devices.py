"""Which devices this machine has, asked of the driver through NVML: no TensorFlow."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec


class Device(msgspec.Struct, frozen=True):
    """A place to train: ``name`` is cpu or gpu:N; memory in bytes, use in percent, None where not known.

    ``uuid`` is how CUDA finds the card, whatever order it counts in.
    """

    name: str
    model: str
    memory: int | None = None
    memory_used: int | None = None
    use: int | None = None
    temperature: int | None = None
    uuid: str | None = None


@contextmanager
def _driver() -> Iterator[Any]:
    """NVML, initialised; None without a driver that answers."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        yield None
        return
    try:
        yield pynvml
    finally:
        pynvml.nvmlShutdown()


def driver_version() -> str | None:
    """The version of NVIDIA's driver; None without one."""
    with _driver() as nvml:
        return None if nvml is None else _text(nvml.nvmlSystemGetDriverVersion())


def gpus() -> list[Device]:
    """NVIDIA GPUs in the driver's order; empty without a driver. A card that does not answer is left out."""
    with _driver() as nvml:
        if nvml is None:
            return []
        found = []
        for index in range(nvml.nvmlDeviceGetCount()):
            try:
                found.append(_gpu(nvml, index))
            except nvml.NVMLError:
                continue  # lost, or another user's: no run can have it
        return found


def _gpu(nvml: Any, index: int) -> Device:
    handle = nvml.nvmlDeviceGetHandleByIndex(index)

    def told(ask: Callable[..., Any], *more: Any) -> Any:
        try:
            return ask(handle, *more)
        except nvml.NVMLError:
            return None  # some cards do not tell

    memory = told(nvml.nvmlDeviceGetMemoryInfo)
    rates = told(nvml.nvmlDeviceGetUtilizationRates)
    temperature = told(nvml.nvmlDeviceGetTemperature, nvml.NVML_TEMPERATURE_GPU)
    return Device(
        name=f"gpu:{index}",
        model=_text(nvml.nvmlDeviceGetName(handle)),
        memory=None if memory is None else int(memory.total),
        memory_used=None if memory is None else int(memory.used),
        use=None if rates is None else int(rates.gpu),
        temperature=None if temperature is None else int(temperature),
        uuid=_text(nvml.nvmlDeviceGetUUID(handle)),
    )


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode(errors="replace")


def devices() -> list[Device]:
    """The GPUs, then the CPU."""
    return [*gpus(), Device("cpu", f"{len(os.sched_getaffinity(0))} cores")]
