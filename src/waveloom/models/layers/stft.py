"""The differentiable short-time Fourier transform of the dual model: Hann window of four hops."""

from math import log
from typing import Any, Literal

import keras
import numpy as np
from keras import ops

HOPS = 4  # per frame
FLOOR = 1e-4  # -80 dB relative to a full-scale sine: the scale of the representation `spectrogram`


class LogSpectrogram(keras.layers.Layer):
    """Log magnitude of each frequency over time, from -1 for silence to +1 for a full-scale sine, linear in decibels.

    (batch, samples) -> (batch, samples / hop, 2 x hop), equal to the representation `spectrogram` of the same clips
    with n_fft 4 x hop, but not limited to +1.
    """

    def __init__(self, hop: int, **options: Any) -> None:
        super().__init__(**options)
        self.hop = hop

    def call(self, clips: Any) -> Any:
        """Compute log magnitudes."""
        return encode_magnitudes(magnitude(*stft(clips, self.hop)))


class CombineViews(keras.layers.Layer):
    """The clip with the phases of the waveform view and the magnitudes of the spectrogram view, limited to [-1, 1].

    [clip (batch, samples), spectrogram (batch, samples / hop, 2 x hop)] -> (batch, samples). With `output` "time" it
    is the clip alone.
    """

    def __init__(self, hop: int, output: Literal["time", "both"], **options: Any) -> None:
        super().__init__(**options)
        self.hop, self.output_view = hop, output

    def call(self, views: Any) -> Any:
        """Scale the clip's transform bin by bin, and invert it."""
        if self.output_view == "time":
            return views[0]
        real, imaginary = stft(views[0], self.hop)
        gain = decode_magnitudes(views[1]) / magnitude(real, imaginary)
        return ops.clip(inverse_stft(real * gain, imaginary * gain, self.hop), -1, 1)


def stft(clips: Any, hop: int) -> tuple[Any, Any]:
    """(batch, samples) -> real and imaginary parts (batch, samples / hop, 2 x hop), 1 for a full-scale sine."""
    padding = (HOPS - 1) * hop // 2
    hops = ops.reshape(ops.pad(clips, ((0, 0), (padding, padding))), (-1, clips.shape[1] // hop + HOPS - 1, hop))
    frames = ops.concatenate([hops[:, part : part + clips.shape[1] // hop] for part in range(HOPS)], axis=-1)
    real, imaginary = ops.rfft(frames * (_hann(hop) / hop))  # a full-scale sine has half the window's sum, which is hop
    return real[..., :-1], imaginary[..., :-1]


def inverse_stft(real: Any, imaginary: Any, hop: int) -> Any:
    """The clips with the nearest transform (least squares), inverse of `stft`: Griffin and Lim, 1984, equation 6."""
    whole = [ops.pad(part, ((0, 0), (0, 0), (0, 1))) for part in (real, imaginary)]
    windowed = ops.irfft((whole[0], whole[1])) * (_hann(hop) * hop)  # (batch, frames, 4 x hop)
    frames, padding = real.shape[1], (HOPS - 1) * hop // 2
    weight = _overlap_add(np.tile(_hann(hop) ** 2, (1, frames, 1)), hop)[:, padding:-padding]
    return _overlap_add(windowed, hop)[:, padding:-padding] / weight


def encode_magnitudes(magnitudes: Any) -> Any:
    """Map magnitudes relative to a full-scale sine to the decibel scale of -1 to 1, which flattens towards the
    floor.
    """
    return ops.log1p(magnitudes / FLOOR) * (2 / -log(FLOOR)) - 1


def decode_magnitudes(values: Any) -> Any:
    """Invert `encode_magnitudes`."""
    return ops.expm1((values + 1) * (-log(FLOOR) / 2)) * FLOOR


def magnitude(real: Any, imaginary: Any) -> Any:
    """Absolute values of complex numbers, with a finite gradient at 0."""
    return ops.sqrt(real**2 + imaginary**2 + 1e-14)


def _hann(hop: int) -> np.ndarray:
    length = HOPS * hop
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(np.float32)


def _overlap_add(frames: Any, hop: int) -> Any:
    """Sum frames a hop apart: (batch, frames, 4 x hop) -> (batch, (frames + 3) x hop)."""
    parts = [
        ops.pad(frames[..., part * hop : (part + 1) * hop], ((0, 0), (part, HOPS - 1 - part), (0, 0)))
        for part in range(HOPS)
    ]
    return ops.reshape(sum(parts), (-1, (frames.shape[1] + HOPS - 1) * hop))
