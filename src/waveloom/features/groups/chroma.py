"""Chroma: strength of each pitch class, over all octaves."""

from functools import lru_cache

import numpy as np

from waveloom.features.analysis import Analysis
from waveloom.features.tuning import tuning

DOUBLE_PRECISION = False


def measure(analysis: Analysis) -> dict[str, np.ndarray]:
    """Chroma from C (00) upwards, (n, frames) each, normalised to a maximum of 1 in each frame; 0 in silence.

    Equal to `librosa.feature.chroma_stft` of each clip, with its estimate of the tuning.
    """
    config, power = analysis.config, analysis.power
    if config.tuning is None:
        tunings = tuning(power, analysis.rate_hz, config.n_fft, config.n_chroma)
    else:
        tunings = np.full(len(power), config.tuning)
    banks = [_filters(analysis.rate_hz, config.n_fft, config.n_chroma, float(one)) for one in tunings]
    energy = np.stack([clip @ bank for clip, bank in zip(power, banks, strict=True)])  # (n, frames, n_chroma)
    strongest = energy.max(axis=2, keepdims=True)
    chroma = energy / np.where(strongest > np.finfo(np.float32).tiny, strongest, 1)
    return {f"chroma_{k:02d}": chroma[:, :, k] for k in range(config.n_chroma)}


@lru_cache(maxsize=101)  # number of possible tunings
def _filters(rate_hz: int, n_fft: int, n_chroma: int, tuning: float) -> np.ndarray:
    from librosa.filters import chroma  # takes two seconds

    return np.ascontiguousarray(chroma(sr=rate_hz, n_fft=n_fft, n_chroma=n_chroma, tuning=tuning).T)
