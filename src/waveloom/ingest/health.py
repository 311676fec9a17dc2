"""Measurements of a recording's faults: clipping, DC offset, silence at its ends, and its levels."""

from typing import TypedDict

import numpy as np

from waveloom.audio.clip import Clip, FileClip
from waveloom.preparation.trim import sounding_range

FULL_SCALE = 1 - 2**-14  # half a step below the largest 16-bit value
RUN = 3  # consecutive samples at full scale that count as clipped
EDGE_DB = 50.0  # below the peak: silence before and after the sound


class Health(TypedDict):
    """Peak in dBFS; mean (-1 to 1); shares (0 to 1) of samples that are clipped, or silent at the ends.

    `file_peak_db` is the peak before a file above full scale was scaled down; `mix_db` is the peak of the mix relative
    to the peak channel.
    """

    peak_db: float
    file_peak_db: float
    mix_db: float
    dc_offset: float
    clipped: float
    edge_silence: float


NOT_MEASURED = Health(
    peak_db=np.nan, file_peak_db=np.nan, mix_db=np.nan, dc_offset=np.nan, clipped=np.nan, edge_silence=np.nan
)


def health(sound: Clip) -> Health:
    """Measure the mono mix of a sound that is not silent; the mix hides clipping in a single channel."""
    clip = sound.mono
    start, stop = sounding_range(clip, EDGE_DB)
    peak = np.max(np.abs(clip.samples))
    file_peak = sound.file_peak if isinstance(sound, FileClip) and sound.file_peak > 0 else peak
    return Health(
        peak_db=float(20 * np.log10(peak)),
        file_peak_db=float(20 * np.log10(file_peak)),
        mix_db=sound.mix_db if isinstance(sound, FileClip) else np.nan,
        dc_offset=float(np.mean(clip.samples, dtype=np.float64)),
        clipped=_clipped(clip.samples) / len(clip.samples) if peak >= FULL_SCALE else 0.0,
        edge_silence=1 - (stop - start) / len(clip.samples),
    )


def _clipped(samples: np.ndarray) -> int:
    """Count the samples in runs of at least `RUN` at full scale, of one sign."""
    return sum(_in_runs(signal >= FULL_SCALE) for signal in (samples, -samples))


def _in_runs(high: np.ndarray) -> int:
    edges = np.flatnonzero(np.diff(high, prepend=False, append=False))
    lengths = edges[1::2] - edges[::2]
    return int(lengths[lengths >= RUN].sum())
