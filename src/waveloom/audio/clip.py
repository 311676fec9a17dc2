"""The audio type: samples with their sample rate."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Clip:
    """A sound: `samples` in [-1, 1], float32, (time,) or, in stereo, (2, time), taken at `rate` Hz."""

    samples: np.ndarray
    rate: int

    @property
    def seconds(self) -> float:
        """Duration."""
        return self.samples.shape[-1] / self.rate

    @property
    def peak(self) -> float:
        """Largest magnitude of a sample, from 0 to 1."""
        return max(float(self.samples.max()), -float(self.samples.min()))

    @property
    def mono(self) -> "Clip":
        """The mean of both channels; a mono clip is returned as it is."""
        return Clip(to_mono(self.samples, 1), self.rate)


@dataclass(frozen=True)
class FileClip(Clip):
    """A sound as read from a file, with two peaks in the file's own units, in which 1 is full scale.

    `file_peak` is the peak before scaling to full scale; `channel_peak` that of the loudest channel if several were
    mixed, or 0.
    """

    file_peak: float = 0.0
    channel_peak: float = 0.0

    @property
    def mix_db(self) -> float:
        """Peak of the mix relative to that of the loudest channel, in dB; NaN where nothing was mixed."""
        peak, loudest = self.file_peak, self.channel_peak
        if self.samples.ndim == 2:
            peak, loudest = self.mono.peak, self.peak
        return float(20 * np.log10(peak / loudest)) if peak > 0 and loudest > 0 else float("nan")


def to_mono(clips: np.ndarray, mono_axes: int = 2) -> np.ndarray:
    """Mix clips (n, 2, samples) to mono, (n, samples); arrays that already have `mono_axes` axes are unchanged."""
    return clips if clips.ndim == mono_axes else clips.mean(axis=-2)
