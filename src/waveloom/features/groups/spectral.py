"""Spectral centroid, bandwidth, rolloff and flatness, zero-crossing rate and RMS."""

import numpy as np

from waveloom.features import Features
from waveloom.features.analysis import Analysis
from waveloom.features.spectrum import frames, padding

NAMES = ("centroid", "bandwidth", "rolloff", "flatness", "zero_crossings", "rms")
DOUBLE_PRECISION = True  # the flatness of a tone depends on bins far below its level


def measure(analysis: Analysis) -> dict[str, np.ndarray]:
    """Descriptors over time, (n, frames) float32 each; equal to librosa's functions for each clip.

    Centroid, bandwidth and rolloff are in Hz; flatness is from 0 (a tone) to 1 (white noise); zero crossings
    are a share of the samples; RMS is 0 to 1.
    """
    magnitude, config = analysis.magnitude, analysis.config
    hz = np.fft.rfftfreq(config.n_fft, 1 / analysis.rate_hz).astype(np.float32)
    total = magnitude.sum(axis=2)
    total = np.where(total > 0, total, 1)
    centroid = (magnitude @ hz) / total
    named = {
        "centroid": centroid,
        "bandwidth": _bandwidth(magnitude, total, hz, centroid),
        "rolloff": _rolloff(magnitude, hz, config.rolloff),
        "flatness": _flatness(analysis.power),
        "zero_crossings": _zero_crossings(analysis.clips, config),
        "rms": _rms(analysis.clips, config),
    }
    return {name: value.astype(np.float32, copy=False) for name, value in named.items()}


def _bandwidth(magnitude: np.ndarray, total: np.ndarray, hz: np.ndarray, centroid: np.ndarray) -> np.ndarray:
    # Squares of deviations: the difference of two large squares would lose half the digits of float32.
    deviation = hz - centroid[:, :, None]
    deviation *= deviation
    return np.sqrt(np.einsum("ntf,ntf->nt", magnitude, deviation) / total)


def _rolloff(magnitude: np.ndarray, hz: np.ndarray, share: float) -> np.ndarray:
    cumulative = np.cumsum(magnitude, axis=2)
    return hz[np.argmax(cumulative >= np.float32(share) * cumulative[:, :, -1:], axis=2)]


def _flatness(power: np.ndarray) -> np.ndarray:
    floored = np.maximum(power, 1e-10)
    return np.exp(np.log(floored).mean(axis=2)) / floored.mean(axis=2)


def _zero_crossings(clips: np.ndarray, config: Features) -> np.ndarray:
    negative = np.pad(clips < -1e-10, ((0, 0), padding(clips.shape[1], config)), mode="edge")
    crossed = np.cumsum(negative[:, 1:] != negative[:, :-1], axis=1, dtype=np.int32)
    crossings_before = np.pad(crossed, ((0, 0), (1, 0)))  # crossings before each sample
    ends = crossings_before[:, config.n_fft - 1 :: config.hop]
    return (ends - crossings_before[:, : -(config.n_fft - 1) : config.hop]) / np.float32(config.n_fft)


def _rms(clips: np.ndarray, config: Features) -> np.ndarray:
    framed = frames(clips, config)
    return np.sqrt(np.einsum("ntk,ntk->nt", framed, framed) / np.float32(config.n_fft))
