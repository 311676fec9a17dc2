"""The short-time Fourier transform inside a network, so that gradients pass: Hann window, four hops a frame."""

from math import log
from typing import Any

import keras
import numpy as np
from keras import ops

HOPS = 4  # to a frame
FLOOR = 1e-4  # -80 dB, as a share of a full-scale sine: the scale of the representation `spectrogram`


class Fourier(keras.layers.Layer):
    """How loud each frequency is over time, -1 for silence to +1 for a full-scale sine, in decibels between.

    (batch, samples) -> (batch, samples / hop, 2 x hop), what the representation `spectrogram` makes of the same clips
    with n_fft 4 x hop, but not held at +1.
    """

    def __init__(self, hop: int, **options: Any) -> None:
        super().__init__(**options)
        self.hop = hop

    def call(self, clips: Any) -> Any:
        """Take log magnitudes."""
        return encoded(magnitude(*analyse(clips, self.hop)))


class Fused(keras.layers.Layer):
    """The clip with the phases of one view and the magnitudes of the other; held within [-1, 1].

    [clip (batch, samples), Fourier view (batch, samples / hop, 2 x hop)] -> (batch, samples).
    """

    def __init__(self, hop: int, **options: Any) -> None:
        super().__init__(**options)
        self.hop = hop

    def call(self, views: Any) -> Any:
        """Scale the clip's transform bin by bin, and go back."""
        real, imaginary = analyse(views[0], self.hop)
        gain = decoded(views[1]) / magnitude(real, imaginary)
        return ops.clip(synthesise(real * gain, imaginary * gain, self.hop), -1, 1)


def analyse(clips: Any, hop: int) -> tuple[Any, Any]:
    """(batch, samples) -> real and imaginary parts (batch, samples / hop, 2 x hop), of a full-scale sine 1."""
    around = (HOPS - 1) * hop // 2
    hops = ops.reshape(ops.pad(clips, ((0, 0), (around, around))), (-1, clips.shape[1] // hop + HOPS - 1, hop))
    framed = ops.concatenate([hops[:, part : part + clips.shape[1] // hop] for part in range(HOPS)], axis=-1)
    real, imaginary = ops.rfft(framed * (_hann(hop) / hop))  # a full-scale sine has half the window's sum, which is hop
    return real[..., :-1], imaginary[..., :-1]


def synthesise(real: Any, imaginary: Any, hop: int) -> Any:
    """The clips whose transform comes nearest, the inverse of `analyse`: Griffin and Lim, 1984, equation 6."""
    whole = [ops.pad(part, ((0, 0), (0, 0), (0, 1))) for part in (real, imaginary)]
    framed = ops.irfft((whole[0], whole[1])) * (_hann(hop) * hop)  # (batch, frames, 4 x hop)
    frames, around = real.shape[1], (HOPS - 1) * hop // 2
    weight = _overlapped(np.tile(_hann(hop) ** 2, (1, frames, 1)), hop)[:, around:-around]
    return _overlapped(framed, hop)[:, around:-around] / weight


def encoded(magnitudes: Any) -> Any:
    """Magnitudes as shares of a full-scale sine on the decibel scale that bends towards the floor."""
    return ops.log1p(magnitudes / FLOOR) * (2 / -log(FLOOR)) - 1


def decoded(values: Any) -> Any:
    """Undo `encoded`."""
    return ops.expm1((values + 1) * (-log(FLOOR) / 2)) * FLOOR


def magnitude(real: Any, imaginary: Any) -> Any:
    """Lengths of complex numbers, with a slope at 0 too."""
    return ops.sqrt(real**2 + imaginary**2 + 1e-14)


def _hann(hop: int) -> np.ndarray:
    length = HOPS * hop
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(np.float32)


def _overlapped(framed: Any, hop: int) -> Any:
    """Sum frames a hop apart: (batch, frames, 4 x hop) -> (batch, (frames + 3) x hop)."""
    parts = [
        ops.pad(framed[..., part * hop : (part + 1) * hop], ((0, 0), (part, HOPS - 1 - part), (0, 0)))
        for part in range(HOPS)
    ]
    return ops.reshape(sum(parts), (-1, (framed.shape[1] + HOPS - 1) * hop))
