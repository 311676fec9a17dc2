"""Rhythm: how strongly something sets in, and how fast the beat of it is."""

import numpy as np
import scipy.fft

from waveloom.features import Features
from waveloom.features.analysis import Analysis
from waveloom.features.spectrum import window

_BEAT_SECONDS = 8.0  # over which the onsets are compared with themselves
_MOST_BPM = 320.0

EXACT = False


def measure(analysis: Analysis) -> dict[str, np.ndarray]:
    """Onset strength in dB a frame over time, (n, frames), and the tempo in beats a minute, (n,).

    Equal to `librosa.onset.onset_strength` and `librosa.feature.tempo` called for each clip alone. Every clip has a
    tempo, one without a beat the expected one, `tempo_bpm`.
    """
    onsets = _onset_strength(analysis.decibels, analysis.config)
    return {"onset_strength": onsets, "tempo_bpm": _tempo(onsets, analysis.rate_hz, analysis.config)}


def _onset_strength(decibels: np.ndarray, config: Features) -> np.ndarray:
    """Mean rise of the mel bands in a frame, when it sounds: (n, frames, n_mels) -> (n, frames)."""
    rise = np.maximum(np.diff(decibels, axis=1), 0).mean(axis=2)
    # A rise belongs to the later frame; and a centred frame sees an onset half its length too early.
    late = 1 + (config.n_fft // (2 * config.hop) if config.centre else 0)
    return np.pad(rise, ((0, 0), (late, 0)))[:, : decibels.shape[1]]


def _tempo(onsets: np.ndarray, rate_hz: int, config: Features) -> np.ndarray:
    lags = max(int(_BEAT_SECONDS * rate_hz) // config.hop, 2)
    repeats = np.stack([_repetition(clip, lags) for clip in onsets])
    bpm = 60.0 * rate_hz / (config.hop * np.maximum(np.arange(lags), 1e-9))
    expected = -0.5 * np.log2(bpm / config.tempo_bpm) ** 2  # one octave is one deviation
    expected[: int(np.argmax(bpm < _MOST_BPM))] = -np.inf
    return bpm[np.argmax(np.log1p(1e6 * repeats) + expected, axis=1)].astype(np.float32)


def _repetition(onsets: np.ndarray, lags: int) -> np.ndarray:
    """How alike the onsets are to themselves `lag` frames later, averaged over all moments: (frames,) -> (lags,)."""
    padded = np.pad(onsets, lags // 2, mode="linear_ramp", end_values=0)
    windowed = np.lib.stride_tricks.sliding_window_view(padded, lags)[: len(onsets)] * window("hann", lags)
    length = scipy.fft.next_fast_len(2 * lags - 1, real=True)
    spectrum = np.abs(scipy.fft.rfft(windowed, length, axis=1)) ** 2
    energy = np.sum(np.square(windowed), axis=1)  # the likeness at lag 0, the greatest: each moment counts alike
    weight = np.where(energy > np.finfo(np.float32).tiny, 1 / np.maximum(energy, np.finfo(np.float32).tiny), 1)
    return scipy.fft.irfft(weight @ spectrum / len(onsets), length)[:lags]
