"""How long frames are, how many of them a clip makes, and whether a batch is what a representation takes."""

from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from waveloom.config.errors import InputError

Frame = Literal[0] | Annotated[int, Field(ge=16)]  # samples
_WHOLE = 16  # hops: networks halve time up to four times


def fitted(config: Any, rate: int, long: int = 1) -> Any:
    """Fill in n_fft and hop where they are 0: a hop of 16 samples a kHz, `long` times, and four hops to a frame.

    So frames hold 64 ms at any rate from 16 kHz on; below, a hop has 256 samples, so that partials stay apart.
    """
    quarter = config.n_fft // 4 if config.n_fft else long * max(256, 16 * round(rate / 1000))
    hop = config.hop or quarter
    return replace(config, n_fft=config.n_fft or 4 * hop, hop=hop)


def count_frames(name: str, samples: int, n_fft: int, hop: int) -> int:
    """Frames of a clip of `samples`, one a hop; InputError, naming the representation, where the sizes do not fit."""
    if n_fft % (2 * hop):
        raise InputError(
            f"{name}.hop is {hop} and n_fft {n_fft}; n_fft must be a multiple of twice the hop. "
            "A power of two and a quarter of it, such as 1024 and 256, serve well."
        )
    if samples < hop or samples % hop:
        fitting = max(round(samples / (_WHOLE * hop)), 1) * _WHOLE * hop
        raise InputError(
            f"Clips have {samples} samples; {name}.hop is {hop} and must divide them. "
            f"Set prepare.samples to {fitting} ({_WHOLE} hops suit every network) or choose another hop."
        )
    return samples // hop


def held(name: str, tensor: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Hold (batch, *shape) within [-1, 1], float32; InputError for another shape, NaN or infinite values."""
    if tensor.shape[1:] != shape:
        taken = ", ".join(map(str, shape))
        raise InputError(f"A batch of shape {tensor.shape} was given; {name} takes (batch, {taken}).")
    if not np.isfinite(tensor).all():
        raise InputError(f"The {name} holds NaN or infinite values; the network that made it must be trained again.")
    return np.clip(tensor, -1, 1, dtype=np.float32)
