"""Estimation of the deviation from A440 tuning."""

import numpy as np

_RANGE_HZ = (150.0, 4000.0)  # range of spectral peaks, as in librosa
_MIN_PEAK = 0.1  # minimum power of a peak, as a fraction of the maximum in its frame
_STEPS = np.linspace(-0.5, 0.5, 101)


def tuning(power: np.ndarray, rate_hz: int, n_fft: int, n_chroma: int) -> np.ndarray:
    """Most frequent deviation of spectral peaks from equal temperament: power (n, frames, bins) -> (n,).

    In chroma bins, from -0.5 to 0.49 in steps of 0.01; 0 without a peak. Equal to `librosa.estimate_tuning`.
    """
    hz = np.fft.rfftfreq(n_fft, 1 / rate_hz)
    inside = np.flatnonzero((hz >= _RANGE_HZ[0]) & (hz < min(_RANGE_HZ[1], rate_hz / 2)))
    if not len(inside):
        return np.zeros(len(power))
    first, last = max(int(inside[0]), 1), int(inside[-1]) + 1
    before, here, after = (power[:, :, first + k : last + k] for k in (-1, 0, 1))
    least = np.float32(_MIN_PEAK) * power.max(axis=2, keepdims=True)
    clip, frame, bin_ = np.nonzero((here > least) & (here > before) & (here >= after))
    left, top, right = (values[clip, frame, bin_] for values in (before, here, after))
    shift, height = _parabola(left, top, right)
    pitch = (first + bin_ + shift) * float(rate_hz) / n_fft
    return np.array([_deviation(pitch[clip == k], height[clip == k], n_chroma) for k in range(len(power))])


def _parabola(left: np.ndarray, top: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Position in bins, relative to the middle one, and height of the vertex of a parabola through three bins."""
    curve, slope = left + right - 2 * top, (right - left) / 2
    shift = np.where(np.abs(slope) >= np.abs(curve), 0, -slope / np.where(curve == 0, 1, curve))
    return shift, top + 0.5 * slope * shift


def _deviation(pitch: np.ndarray, height: np.ndarray, n_chroma: int) -> float:
    valid = pitch > 0
    if not valid.any():
        return 0.0
    loud = pitch[valid & (height >= np.median(height[valid]))]
    residual = np.mod(n_chroma * np.log2(loud / (440.0 / 16)), 1.0)
    residual[residual >= 0.5] -= 1.0
    return float(_STEPS[np.argmax(np.histogram(residual, _STEPS)[0])])
