"""The ceiling: what a representation alone costs, measured on real sounds that went through it and back."""

import numpy as np

from waveloom.evaluation.spectra import decibels, power

PERFECT_DB = 100.0  # an exact copy has no noise; its ratio is given as this, about the limit of float32
_CHUNK = 32  # clips held as spectrograms at once

MEANING = (
    "Real sounds sent through the representation and back, against themselves: log-spectral distance (lower is "
    "better), signal to noise of magnitudes and of the waveform (higher is better; 100 dB stands for an exact copy). "
    "A representation that invents the phase has a waveform ratio near 0 dB even where both sound the same."
)


def round_trip(clips: np.ndarray, returned: np.ndarray) -> dict[str, float]:
    """Compare clips (n, samples) with what came back, in dB, averaged over clips."""
    starts = range(0, len(clips), _CHUNK)
    parts = [_compare(clips[start : start + _CHUNK], returned[start : start + _CHUNK]) for start in starts]
    names = ("log_spectral_distance_db", "spectral_snr_db", "snr_db")
    return dict(zip(names, np.concatenate(parts, axis=1).mean(axis=1).tolist(), strict=True))


def _compare(clips: np.ndarray, returned: np.ndarray) -> np.ndarray:
    """Log-spectral distance, magnitude SNR and waveform SNR: (3, n)."""
    before, after = power(clips), power(returned)
    distance = np.sqrt(np.mean((decibels(before) - decibels(after)) ** 2, axis=2)).mean(axis=1)
    return np.stack([distance, _ratio_db(np.sqrt(before), np.sqrt(after)), _ratio_db(clips, returned)])


def _ratio_db(signal: np.ndarray, copy: np.ndarray) -> np.ndarray:
    axes = tuple(range(1, signal.ndim))
    kept = np.sum(np.square(signal, dtype=np.float64), axis=axes)
    lost = np.sum(np.square(signal - copy, dtype=np.float64), axis=axes)
    tiny = np.finfo(np.float64).tiny
    ratio = 10 * (np.log10(np.maximum(kept, tiny)) - np.log10(np.maximum(lost, tiny)))
    return np.minimum(ratio, PERFECT_DB)
