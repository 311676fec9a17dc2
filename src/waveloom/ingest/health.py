"""What is wrong with a sound that can be heard."""

from typing import TypedDict

import numpy as np

from waveloom.audio.clip import Clip, FileClip
from waveloom.preparation.trim import sounding

FULL_SCALE = 1 - 2**-14  # half a step below the largest 16-bit value
RUN = 3  # samples at full scale in a row: what meters call an over
EDGE_DB = 50.0  # what is this far below the peak, before and after the sound, is silence


class Health(TypedDict):
    """Peak in dB re full scale; mean (-1 to 1); shares (0 to 1) of samples that are clipped, or silent at the ends.

    `file_peak_db` is the peak before a file above full scale was scaled down; `mix_db` is the peak of the mix relative
    to the loudest channel.
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
    """Measure a sound that is not silent. What is clipped in one channel only is hidden by the mix to mono."""
    clip = sound.mixed
    start, stop = sounding(clip, EDGE_DB)
    loudest = np.max(np.abs(clip.samples))
    file_peak = sound.file_peak if isinstance(sound, FileClip) and sound.file_peak > 0 else loudest
    return Health(
        peak_db=float(20 * np.log10(loudest)),
        file_peak_db=float(20 * np.log10(file_peak)),
        mix_db=sound.mix_db if isinstance(sound, FileClip) else np.nan,
        dc_offset=float(np.mean(clip.samples, dtype=np.float64)),
        clipped=_clipped(clip.samples) / len(clip.samples) if loudest >= FULL_SCALE else 0.0,
        edge_silence=1 - (stop - start) / len(clip.samples),
    )


def _clipped(samples: np.ndarray) -> int:
    """Count the samples in runs of at least `RUN` at full scale, of one sign."""
    return sum(_in_runs(side >= FULL_SCALE) for side in (samples, -samples))


def _in_runs(high: np.ndarray) -> int:
    edges = np.flatnonzero(np.diff(high, prepend=False, append=False))
    lengths = edges[1::2] - edges[::2]
    return int(lengths[lengths >= RUN].sum())
