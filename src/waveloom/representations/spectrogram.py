"""How loud each frequency is over time, on a decibel scale; the way back finds the phases that fit."""

from typing import Annotated

import numpy as np
from pydantic import Field

from waveloom.config import config
from waveloom.errors import InputError
from waveloom.representations._stft import analyse, hann, synthesise


@config
class Config:
    """A short-time Fourier transform with a Hann window; at fewer than four hops a frame, phases come back poorly."""

    n_fft: Annotated[int, Field(ge=16)] = 1024  # samples a frame
    hop: Annotated[int, Field(gt=0)] = 256  # samples from one frame to the next
    range_db: Annotated[float, Field(ge=20, le=160)] = 80.0  # from a full-scale sine down to the floor
    griffin_lim_steps: Annotated[int, Field(ge=0)] = 4  # that polish the phases on the way back


def shape(config: Config, samples: int, rate: int) -> tuple[int, ...]:
    """(frames, bins) = (samples / hop, n_fft / 2): time first; the bin at half the rate is left out."""
    if config.n_fft % (2 * config.hop):
        raise InputError(
            f"spectrogram.hop is {config.hop} and n_fft {config.n_fft}; n_fft must be a multiple of twice the hop. "
            "A power of two and a quarter of it, such as 1024 and 256, serve well."
        )
    if samples < config.hop or samples % config.hop:
        fitting = max(samples // config.hop, 1) * config.hop
        raise InputError(
            f"Clips have {samples} samples; spectrogram.hop is {config.hop} and must divide them. "
            f"Set prepare.samples to {fitting} or choose another hop."
        )
    return (samples // config.hop, config.n_fft // 2)


def encode(config: Config, clips: np.ndarray, rate: int) -> np.ndarray:
    """(batch, samples) -> (batch, frames, bins): -1 is silence, +1 a full-scale sine, linear in dB between.

    Towards the floor the scale bends softly, log(1 + magnitude / floor), so that nothing is lost below it.
    """
    encoded = np.empty((len(clips), *shape(config, clips.shape[-1], rate)), np.float32)
    loudest, floor = _scale(config)
    for clip, out in zip(clips, encoded, strict=True):
        magnitude = np.abs(analyse(np.asarray(clip, np.float32), config.n_fft, config.hop))
        out[:] = np.log1p(magnitude / (loudest * floor)) * (2 / -np.log(floor)) - 1
    return np.minimum(encoded, 1, out=encoded)


def decode(config: Config, tensor: np.ndarray, samples: int, rate: int) -> np.ndarray:
    """(batch, frames, bins) -> (batch, samples): phases by PGHI, then a few steps of fast Griffin-Lim."""
    frames, bins = shape(config, samples, rate)
    if tensor.shape[1:] != (frames, bins):
        raise InputError(f"A batch of shape {tensor.shape} was given; the spectrogram takes (batch, {frames}, {bins}).")
    if not np.isfinite(tensor).all():
        raise InputError(
            "The spectrogram holds NaN or infinite values; the network that made it must be trained again."
        )
    loudest, floor = _scale(config)
    clips = np.empty((len(tensor), samples), np.float32)
    for values, out in zip(np.clip(tensor, -1, 1, dtype=np.float32), clips, strict=True):
        magnitude = np.expm1((values + 1) * np.float32(-np.log(floor) / 2)) * np.float32(loudest * floor)
        out[:] = _sound(config, magnitude)
    return np.clip(clips, -1, 1, out=clips)


def _sound(config: Config, magnitude: np.ndarray) -> np.ndarray:
    """The clip whose spectrum comes near `magnitude`: (frames, bins) -> (samples,)."""
    from waveloom.representations._phase import phase  # numba: one second, and only for those who want sound

    angles = phase(magnitude, config.n_fft, config.hop, config.range_db)
    angles[:, 1::2] += np.float32(np.pi)  # from the frame's centre to its start, half a frame earlier
    spectrum = magnitude * (np.cos(angles) + 1j * np.sin(angles))
    before = None  # fast Griffin-Lim: each step goes on past the last one's gain (Perraudin et al., 2013)
    for _ in range(config.griffin_lim_steps):
        now = analyse(synthesise(spectrum, config.n_fft, config.hop), config.n_fft, config.hop)
        ahead = now if before is None else now + np.float32(0.99) * (now - before)
        spectrum = ahead * (magnitude / np.maximum(np.abs(ahead), np.float32(1e-12)))
        before = now
    return synthesise(spectrum, config.n_fft, config.hop)


def _scale(config: Config) -> tuple[float, float]:
    """The magnitude of a full-scale sine, and the floor as a share of it."""
    return float(hann(config.n_fft).sum()) / 2, 10 ** (-config.range_db / 20)
