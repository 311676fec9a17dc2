"""Estimated level of steady background noise in each sound; needs no clean reference."""

import numpy as np

from waveloom.audio.report_spectra import FLOOR_DB, power
from waveloom.evaluation.metrics import NotMeasuredError, Reference, Sounds
from waveloom.evaluation.subset import Subset

SPACE = "clips"
LEAST = 0  # real sounds
MEANING = (
    "Noise floor: the 10th percentile over time of the level in each frequency bin while a sound lasts, median over "
    "bins, given as the level of white noise in dB re full scale; median over sounds. Steady hiss raises it. It is an "
    "estimate without a clean reference, to be compared with that of other real sounds, and not a signal-to-noise "
    "ratio."
)
BETTER = {"noise_floor_db": "closer to floor"}
_PERCENTILE = 10  # over time
_ACTIVE_DB = 60.0  # frames further than this below the loudest frame count as silence
_CHUNK = 32  # clips held as spectrograms at once


def score(evaluated: Subset[Sounds], reference: Reference) -> dict[str, float]:
    """Take the median over sounds that are not silent."""
    levels = evaluated.per_sound(_noise_floors)
    if np.isnan(levels).all():
        raise NotMeasuredError("every sound is silent")
    return {"noise_floor_db": float(np.nanmedian(levels))}


def _noise_floors(sounds: Sounds) -> np.ndarray:
    """The noise floor of each sound in dB, (n,); NaN for silence."""
    starts = range(0, len(sounds), _CHUNK)
    return np.array([_noise_floor(one) for start in starts for one in power(sounds.clips[start : start + _CHUNK])])


def _noise_floor(spectrogram: np.ndarray) -> float:
    """Noise floor in dB of one power spectrogram (frames, bins)."""
    loudness = spectrogram.sum(axis=1)
    if loudness.max() <= 10 ** (FLOOR_DB / 10):
        return float("nan")
    active = spectrogram[loudness > loudness.max() * 10 ** (-_ACTIVE_DB / 10)]
    # Frames at both ends extend into the zero padding.
    quiet = np.percentile(active[2:-2] if len(active) > 8 else active, _PERCENTILE, axis=0)
    # Steady tones fill few bins, so they do not move the median.
    return float(10 * np.log10(max(np.median(quiet) * len(quiet), 10 ** (FLOOR_DB / 10))))
