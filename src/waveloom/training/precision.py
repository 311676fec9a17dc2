"""Numerical precision of the networks: float32, or bfloat16 products if the device supports them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keras
import tensorflow as tf

from waveloom.config.errors import InputError

BFLOAT16_FLAGS = ("amx_bf16", "avx512_bf16")  # x86 processors without them emulate bfloat16, 12 times slower


@contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """Build networks that compute in `precision`, float32 or mixed; their weights are float32 in both cases.

    bfloat16 has the exponent range of float32, so that no loss needs scaling (Kalamkar et al., 2019).
    """
    if precision == "mixed" and not has_bfloat16():
        raise InputError(
            "train.precision is 'mixed', but this machine has neither a GPU nor a processor that multiplies in "
            f"bfloat16 ({' or '.join(BFLOAT16_FLAGS)}), and emulation is many times slower. Set it to float32."
        )
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16" if precision == "mixed" else "float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def has_bfloat16() -> bool:
    """Whether there is a GPU, or a processor with one of `BFLOAT16_FLAGS`."""
    cpu_info = Path("/proc/cpuinfo")
    words = cpu_info.read_text().split() if cpu_info.is_file() else []
    return bool(tf.config.list_physical_devices("GPU")) or any(flag in words for flag in BFLOAT16_FLAGS)
