"""Equaliser that matches the mean spectrum of the target domain."""

import numpy as np

from waveloom.audio.mel_filters import averaging_filters
from waveloom.audio.stft import hann, istft, stft
from waveloom.evaluation.translation.baselines import Request
from waveloom.evaluation.translation.sound import Sound

TITLE = "Mean equaliser"
MEANING = (
    "Mean equaliser is the source through a fixed filter of 40 mel bands that gives it the mean spectrum of the "
    "training clips of the target domain."
)
N_FFT, HOP, BANDS = 1024, 256, 40
LIMIT_DB = 30.0  # of the gain, in either direction
_FLOOR = 1e-10  # power of a band: -100 dB


def make(request: Request) -> Sound | None:
    """Filter the source, and restore its RMS level."""
    source = request.source
    target_db = request.training.measured(_band_levels, request.target)
    gains_db = target_db - _band_levels(source.samples[None], source.rate_hz)
    gains_db = np.clip(gains_db - np.median(gains_db), -LIMIT_DB, LIMIT_DB)
    return _filtered(source, gains_db).at_level_of(source)


def _band_levels(clips: np.ndarray, rate_hz: int) -> np.ndarray:
    """Mean power of clips (n, samples) in each band: (bands,) dB."""
    padded = np.pad(clips, ((0, 0), (N_FFT // 2, N_FFT // 2)))
    spectrum = np.mean([(np.abs(stft(clip, hann(N_FFT), HOP)) ** 2).mean(axis=0) for clip in padded], axis=0)
    return 10 * np.log10(np.maximum(spectrum[:-1] @ averaging_filters(BANDS, N_FFT, rate_hz), _FLOOR))


def _filtered(sound: Sound, gains_db: np.ndarray) -> Sound:
    """Apply the gain of each band, interpolated over the frequencies between the centres of the bands."""
    filters = averaging_filters(BANDS, N_FFT, sound.rate_hz)
    bins = np.arange(N_FFT // 2 + 1)
    gain = 10 ** (np.interp(bins, bins[:-1] @ filters, gains_db) / 20)
    length = len(sound.samples)
    padded = np.pad(sound.samples, (N_FFT, N_FFT + -length % HOP))
    filtered = istft(stft(padded, hann(N_FFT), HOP) * gain.astype(np.float32), N_FFT, HOP)
    return Sound(filtered[N_FFT : N_FFT + length], sound.rate_hz)
