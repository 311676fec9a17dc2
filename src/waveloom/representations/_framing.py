"""Frame sizes, frame counts and checks that the spectral representations share."""

from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from waveloom.config.errors import InputError

FrameSize = Literal[0] | Annotated[int, Field(ge=16)]  # samples
_HOP_MULTIPLE = 16  # networks halve time up to four times


def with_default_sizes(config: Any, rate: int, factor: int = 1) -> Any:
    """Replace an `n_fft` or `hop` of 0: the hop has 16 samples per kHz times `factor`, a frame has four hops.

    A frame then lasts 64 ms x `factor` at rates from 16 kHz; below, a hop has 256 samples, so that partials are
    resolved in frequency.
    """
    quarter = config.n_fft // 4 if config.n_fft else factor * max(256, 16 * round(rate / 1000))
    hop = config.hop or quarter
    return replace(config, n_fft=config.n_fft or 4 * hop, hop=hop)


def frame_count(name: str, samples: int, n_fft: int, hop: int) -> int:
    """Frames of a clip, one per hop; InputError with the representation's name where the sizes do not fit."""
    if n_fft % (2 * hop):
        raise InputError(
            f"{name}.hop is {hop} and n_fft {n_fft}; n_fft must be a multiple of twice the hop. "
            "A power of two and a quarter of it, such as 1024 and 256, are good values."
        )
    if samples < hop or samples % hop:
        fitting = max(round(samples / (_HOP_MULTIPLE * hop)), 1) * _HOP_MULTIPLE * hop
        raise InputError(
            f"Clips have {samples} samples; {name}.hop is {hop} and must divide them. "
            f"Set prepare.samples to {fitting} ({_HOP_MULTIPLE} hops suit every network) or choose another hop."
        )
    return samples // hop


def checked_tensor(name: str, tensor: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Clip (batch, *shape) to [-1, 1], float32; InputError for another shape, NaN or infinite values."""
    if tensor.shape[1:] != shape:
        expected = ", ".join(map(str, shape))
        raise InputError(f"A batch of shape {tensor.shape} was given; {name} takes (batch, {expected}).")
    if not np.isfinite(tensor).all():
        raise InputError(f"The {name} holds NaN or infinite values; the network that made it must be trained again.")
    return np.clip(tensor, -1, 1, dtype=np.float32)
