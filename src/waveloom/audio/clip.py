"""The one audio type."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Clip:
    """A sound: `samples` in [-1, 1], float32, (time,) or, in stereo, (2, time), taken at `rate` Hz."""

    samples: np.ndarray
    rate: int

    @property
    def seconds(self) -> float:
        """How long it sounds."""
        return self.samples.shape[-1] / self.rate

    @property
    def peak(self) -> float:
        """The loudest sample of all, from 0 to 1."""
        return max(float(self.samples.max()), -float(self.samples.min()))

    @property
    def mixed(self) -> "Clip":
        """The mean of both channels; mono as it is."""
        return Clip(mixed(self.samples, 1), self.rate)


@dataclass(frozen=True)
class FileClip(Clip):
    """A sound as it was read from a file, with two peaks in the file's own units, in which 1 is full scale.

    `file_peak` is that of what was read, before it was scaled; `channel_peak` that of the loudest channel, if several
    were mixed, or 0.
    """

    file_peak: float = 0.0
    channel_peak: float = 0.0

    @property
    def mix_db(self) -> float:
        """How far the peak of the mix lies above that of the loudest channel, in dB; NaN where nothing was mixed."""
        peak, loudest = self.file_peak, self.channel_peak
        if self.samples.ndim == 2:
            peak, loudest = self.mixed.peak, self.peak
        return float(20 * np.log10(peak / loudest)) if peak > 0 and loudest > 0 else float("nan")


def mixed(sounds: np.ndarray, axes: int = 2) -> np.ndarray:
    """Mix clips (n, 2, samples) down to mono, (n, samples), which stay as they are; `axes` are those of mono."""
    return sounds if sounds.ndim == axes else sounds.mean(axis=-2)
