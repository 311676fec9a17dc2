"""Fundamental frequency and aperiodicity: YIN (de Cheveigné and Kawahara, 2002)."""

import numpy as np
import scipy.fft

from waveloom.config.errors import InputError
from waveloom.features import Features
from waveloom.features.analysis import Analysis
from waveloom.features.spectrum import frames

DOUBLE_PRECISION = False  # measured on the waveform


def measure(analysis: Analysis) -> dict[str, np.ndarray]:
    """Fundamental frequency (f0) in Hz, from `f0_min_hz` to `f0_max_hz`, and aperiodicity, (n, frames) each.

    The range is limited to half the rate and to periods shorter than a frame. Every frame has an f0, even in noise and
    silence; the f0 is reliable where the aperiodicity (equation 8 of the paper) is low: 0 for a tone, about 1 for
    noise. Equal to `librosa.yin` of each clip.
    """
    config, rate_hz = analysis.config, analysis.rate_hz
    shortest, longest = _periods(rate_hz, config)
    results = [_yin(clip, shortest, longest, config.f0_threshold) for clip in frames(analysis.clips, config)]
    period, aperiodicity = (np.stack(values) for values in zip(*results, strict=True))
    return {"f0_hz": (rate_hz / period).astype(np.float32), "aperiodicity": aperiodicity.astype(np.float32)}


def _periods(rate_hz: int, config: Features) -> tuple[int, int]:
    """Shortest and longest configured period in samples, limited by the sample rate and the frame length."""
    shortest = max(int(rate_hz // config.f0_max_hz), 2)
    longest = min(int(np.ceil(rate_hz / config.f0_min_hz)), config.n_fft - 2)
    if longest < shortest + 2:
        raise InputError(
            f"features.f0_min_hz is {config.f0_min_hz:g} and f0_max_hz {config.f0_max_hz:g}; at {rate_hz} Hz no period "
            f"between them fits a frame of {config.n_fft} samples. Set them wider apart, raise n_fft, or take pitch "
            "out of features.groups."
        )
    return shortest, longest


def _yin(framed: np.ndarray, shortest: int, longest: int, threshold: float) -> tuple[np.ndarray, np.ndarray]:
    """Period in samples and aperiodicity of each frame: (frames, n_fft) -> (frames,), (frames,)."""
    curve = _normalised_difference(framed, shortest, longest)
    inner = curve[:, 1:-1]
    trough = np.zeros(curve.shape, bool)
    trough[:, 1:-1] = (inner < curve[:, :-2]) & (inner <= curve[:, 2:])
    trough[:, 0] = curve[:, 0] < curve[:, 1]
    trough[:, -1] = curve[:, -1] < curve[:, -2]
    below = trough & (curve < threshold)
    chosen = np.where(below.any(axis=1), below.argmax(axis=1), curve.argmin(axis=1))
    rows = np.arange(len(curve))
    return shortest + chosen + _vertex(curve, rows, chosen), curve[rows, chosen]


def _normalised_difference(framed: np.ndarray, shortest: int, longest: int) -> np.ndarray:
    """Cumulative mean normalised difference function: (frames, n_fft) -> (frames, periods)."""
    # Long enough that no lag wraps around; librosa pads to twice the frame, for the same values.
    length = scipy.fft.next_fast_len(framed.shape[1] + longest, real=True)
    spectrum = scipy.fft.rfft(framed, length, axis=1)
    correlation = scipy.fft.irfft(spectrum.real**2 + spectrum.imag**2, length, axis=1)[:, : longest + 1]
    energy = np.cumsum(np.square(framed[:, :longest]), axis=1)
    energy[:, 0] = 0  # the paper includes the energy of the first sample; librosa 0.11 omits it, as this code does
    difference = 2 * (correlation[:, :1] - correlation[:, 1:]) - energy  # from lag 1 on
    mean = np.cumsum(difference, axis=1) / np.arange(1, longest + 1, dtype=np.float32)
    return difference[:, shortest - 1 :] / (mean[:, shortest - 1 :] + np.finfo(np.float32).tiny)


def _vertex(curve: np.ndarray, rows: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Offset from the chosen period of the minimum of a parabola through it and its neighbours."""
    inside = (chosen > 0) & (chosen < curve.shape[1] - 1)
    at = np.clip(chosen, 1, curve.shape[1] - 2)
    left, here, right = (curve[rows, at + k] for k in (-1, 0, 1))
    curvature, slope = left + right - 2 * here, (right - left) / 2
    steep = ~inside | (np.abs(slope) >= np.abs(curvature))
    return np.where(steep, 0, -slope / np.where(steep, 1, curvature))
