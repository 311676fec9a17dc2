"""Harmony: how strong each of the twelve pitch classes is, whatever the octave."""

from functools import lru_cache

import numpy as np

from waveloom.features.analysis import Analysis
from waveloom.features.tuning import tuning

EXACT = False


def measure(analysis: Analysis) -> dict[str, np.ndarray]:
    """Pitch classes from C (00) upwards over time, (n, frames) each, the strongest of a frame at 1, in silence 0.

    Equal to `librosa.feature.chroma_stft` called for each clip alone, its estimate of the tuning included.
    """
    config, power = analysis.config, analysis.power
    if config.tuning is None:
        tunings = tuning(power, analysis.rate_hz, config.n_fft, config.n_chroma)
    else:
        tunings = np.full(len(power), config.tuning)
    banks = [_filters(analysis.rate_hz, config.n_fft, config.n_chroma, float(one)) for one in tunings]
    raw = np.stack([clip @ bank for clip, bank in zip(power, banks, strict=True)])  # (n, frames, n_chroma)
    strongest = raw.max(axis=2, keepdims=True)
    chroma = raw / np.where(strongest > np.finfo(np.float32).tiny, strongest, 1)
    return {f"chroma_{k:02d}": chroma[:, :, k] for k in range(config.n_chroma)}


@lru_cache(maxsize=101)  # as many tunings as there are
def _filters(rate_hz: int, n_fft: int, n_chroma: int, tuning: float) -> np.ndarray:
    from librosa.filters import chroma  # two seconds, and only for those who compute

    return np.ascontiguousarray(chroma(sr=rate_hz, n_fft=n_fft, n_chroma=n_chroma, tuning=tuning).T)
