"""Rhythm: onset strength and tempo."""

import numpy as np
import scipy.fft

from waveloom.features import Features
from waveloom.features.analysis import Analysis
from waveloom.features.spectrum import window

_WINDOW_SECONDS = 8.0  # length of the autocorrelation window
_MAX_BPM = 320.0

DOUBLE_PRECISION = False


def measure(analysis: Analysis) -> dict[str, np.ndarray]:
    """Onset strength in dB per frame, (n, frames), and tempo in beats per minute, (n,).

    Equal to `librosa.onset.onset_strength` and `librosa.feature.tempo` of each clip. The tempo of a clip without a beat
    is the centre of the prior, `tempo_bpm`.
    """
    onsets = _onset_strength(analysis.decibels, analysis.config)
    return {"onset_strength": onsets, "tempo_bpm": _tempo(onsets, analysis.rate_hz, analysis.config)}


def _onset_strength(decibels: np.ndarray, config: Features) -> np.ndarray:
    """Spectral flux: mean increase of the mel bands at the time of the onset; (n, frames, n_mels) -> (n, frames)."""
    rise = np.maximum(np.diff(decibels, axis=1), 0).mean(axis=2)
    # An increase belongs to the later of two frames. A centred frame contains an onset half a frame before its centre.
    delay = 1 + (config.n_fft // (2 * config.hop) if config.centre else 0)
    return np.pad(rise, ((0, 0), (delay, 0)))[:, : decibels.shape[1]]


def _tempo(onsets: np.ndarray, rate_hz: int, config: Features) -> np.ndarray:
    """Tempo (BPM) at the highest log autocorrelation plus log-normal prior: (n, frames) -> (n,)."""
    lags = max(int(_WINDOW_SECONDS * rate_hz) // config.hop, 2)
    correlation = np.stack([_autocorrelation(clip, lags) for clip in onsets])
    bpm = 60.0 * rate_hz / (config.hop * np.maximum(np.arange(lags), 1e-9))
    log_prior = -0.5 * np.log2(bpm / config.tempo_bpm) ** 2  # standard deviation of one octave
    log_prior[: int(np.argmax(bpm < _MAX_BPM))] = -np.inf
    return bpm[np.argmax(np.log1p(1e6 * correlation) + log_prior, axis=1)].astype(np.float32)


def _autocorrelation(onsets: np.ndarray, lags: int) -> np.ndarray:
    """Normalised autocorrelation of onset strength, averaged over windows at all frames: (frames,) -> (lags,)."""
    padded = np.pad(onsets, lags // 2, mode="linear_ramp", end_values=0)
    windowed = np.lib.stride_tricks.sliding_window_view(padded, lags)[: len(onsets)] * window("hann", lags)
    length = scipy.fft.next_fast_len(2 * lags - 1, real=True)
    spectrum = np.abs(scipy.fft.rfft(windowed, length, axis=1)) ** 2
    energy = np.sum(np.square(windowed), axis=1)  # autocorrelation at lag 0, its maximum: windows get equal weight
    weight = np.where(energy > np.finfo(np.float32).tiny, 1 / np.maximum(energy, np.finfo(np.float32).tiny), 1)
    return scipy.fft.irfft(weight @ spectrum / len(onsets), length)[:lags]
