"""How many frames a clip makes, and whether a batch is what a representation takes."""

import numpy as np

from waveloom.errors import InputError


def count_frames(name: str, samples: int, n_fft: int, hop: int) -> int:
    """Frames of a clip of `samples`, one a hop; InputError, naming the representation, where the sizes do not fit."""
    if n_fft % (2 * hop):
        raise InputError(
            f"{name}.hop is {hop} and n_fft {n_fft}; n_fft must be a multiple of twice the hop. "
            "A power of two and a quarter of it, such as 1024 and 256, serve well."
        )
    if samples < hop or samples % hop:
        fitting = max(samples // hop, 1) * hop
        raise InputError(
            f"Clips have {samples} samples; {name}.hop is {hop} and must divide them. "
            f"Set prepare.samples to {fitting} or choose another hop."
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
