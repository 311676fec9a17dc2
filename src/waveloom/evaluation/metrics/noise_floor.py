"""How loud it hisses where it is quiet: an estimate without any reference, and so no signal-to-noise ratio."""

import numpy as np

from waveloom.audio.report_spectra import FLOOR_DB, power
from waveloom.evaluation.metrics import NotMeasuredError, Reference, Sounds
from waveloom.evaluation.points import Part

SPACE = "clips"
LEAST = 0  # real sounds
MEANING = (
    "Noise floor: the level that a frequency seldom falls below while a sound lasts (10th percentile over time, median "
    "over frequencies, as the level of white noise in dB re full scale; median over sounds). Steady hiss raises it: an "
    "estimate without reference, to be read beside other real sounds', and no signal-to-noise ratio."
)
BETTER = {"noise_floor_db": "closer to floor"}
_QUIET = 10  # percentile over time
_LASTS_DB = 60.0  # below its loudest frame a sound is over
_CHUNK = 32  # clips held as spectrograms at once


def score(judged: Part[Sounds], against: Reference) -> dict[str, float]:
    """Take the median over sounds that are not silent."""
    levels = judged.each(_floors)
    if np.isnan(levels).all():
        raise NotMeasuredError("every sound is silent")
    return {"noise_floor_db": float(np.nanmedian(levels))}


def _floors(sounds: Sounds) -> np.ndarray:
    """The noise floor of each sound in dB, (n,); NaN for silence."""
    starts = range(0, len(sounds), _CHUNK)
    return np.array([_floor(one) for start in starts for one in power(sounds.clips[start : start + _CHUNK])])


def _floor(spectrogram: np.ndarray) -> float:
    """(frames, bins) of one sound -> dB."""
    loudness = spectrogram.sum(axis=1)
    if loudness.max() <= 10 ** (FLOOR_DB / 10):
        return float("nan")
    lasting = spectrogram[loudness > loudness.max() * 10 ** (-_LASTS_DB / 10)]
    # Frames at either end reach past the clip, where silence was put.
    quiet = np.percentile(lasting[2:-2] if len(lasting) > 8 else lasting, _QUIET, axis=0)
    # Tones, however steady, fill few frequencies, and leave the median alone.
    return float(10 * np.log10(max(np.median(quiet) * len(quiet), 10 ** (FLOOR_DB / 10))))
