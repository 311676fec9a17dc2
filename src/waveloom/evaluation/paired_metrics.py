"""Metrics of pairs of an original and its copy: for the representation's round trip, denoising and reconstruction."""

import numpy as np

from waveloom.audio.report_spectra import decibels, power
from waveloom.audio.stft import hann, stft
from waveloom.features import Features
from waveloom.features.mfcc import mfcc

PERFECT_DB = 100.0  # reported for an exact copy, which has no noise; about the limit of float32
BETTER = {
    "log_spectral_distance_db": "lower",
    "multi_resolution_stft": "lower",
    "mel_cepstral_distortion_db": "lower",
    "spectral_snr_db": "higher",
    "snr_db": "higher",
    "si_sdr_db": "higher",
}
MEANING = (
    "Pairs: a copy compared with its original. Log-spectral distance and mel-cepstral distortion in dB, spectral "
    "convergence plus log-magnitude difference at three resolutions (lower is better); signal-to-noise ratio of "
    "magnitudes, of the waveform, and of the waveform at any gain (higher is better; 100 dB stands for an exact "
    "copy). A representation that estimates the phase has waveform ratios near or below 0 dB even if both sound the "
    "same."
)
_CHUNK = 32  # clips held as spectrograms at once
_RESOLUTIONS = (512, 1024, 2048)  # frame lengths in samples (Yamamoto et al., 2020); the hop is a quarter
_CEPSTRA = 13  # of mel-cepstral distortion, without the 0th, which measures loudness
_MIN_MAGNITUDE = 1e-4  # of a full-scale sine: -80 dB, the lowest magnitude compared on a logarithmic scale


def paired_metrics(clips: np.ndarray, copies: np.ndarray, rate_hz: int) -> dict[str, np.ndarray]:
    """Compare each of clips (n, samples) with its copy: {number of `BETTER`: one value per pair, (n,) float64}."""
    starts = range(0, len(clips), _CHUNK)
    parts = [_compare(clips[start : start + _CHUNK], copies[start : start + _CHUNK], rate_hz) for start in starts]
    return dict(zip(BETTER, np.concatenate([np.zeros((len(BETTER), 0)), *parts], axis=1), strict=True))


def _compare(clips: np.ndarray, copies: np.ndarray, rate_hz: int) -> np.ndarray:
    before, after = power(clips), power(copies)
    distance = _level_distance(before, after)
    resolutions = np.mean([_stft_distance(clips, copies, size) for size in _RESOLUTIONS], axis=0)
    magnitudes = ratio_db(np.sqrt(before), np.sqrt(after))
    distortion = _cepstral_distortion(clips, copies, rate_hz)
    return np.stack([distance, resolutions, distortion, magnitudes, ratio_db(clips, copies), si_sdr_db(clips, copies)])


def log_spectral_distance_db(clips: np.ndarray, copies: np.ndarray) -> np.ndarray:
    """Level difference of clips and copies (n, samples), RMS over bins, mean over frames: (n,) dB."""
    return _level_distance(power(clips), power(copies))


def spectral_snr_db(clips: np.ndarray, copies: np.ndarray) -> np.ndarray:
    """Energy of the magnitudes of clips (n, samples) over that of their difference from the copies': (n,) dB."""
    return ratio_db(np.sqrt(power(clips)), np.sqrt(power(copies)))


def _level_distance(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return np.sqrt(np.mean((decibels(before) - decibels(after)) ** 2, axis=2)).mean(axis=1)


def ratio_db(signal: np.ndarray, copy: np.ndarray) -> np.ndarray:
    """Energy of the signal over energy of the difference, (n, ...) -> (n,) dB, at most `PERFECT_DB`."""
    axes = tuple(range(1, signal.ndim))
    signal, copy = signal.astype(np.float64), copy.astype(np.float64)
    return _decibels(np.sum(signal**2, axis=axes), np.sum((signal - copy) ** 2, axis=axes))


def si_sdr_db(clips: np.ndarray, copies: np.ndarray) -> np.ndarray:
    """Scale-invariant signal-to-distortion ratio of clips and copies (n, samples): (n,) dB, at most `PERFECT_DB`.

    Equation 5 of Le Roux et al., 2019 ("SDR - half-baked or well done?"), with means removed first: for clip s and
    copy e, 10 log10(|a s|^2 / |a s - e|^2), a = <e, s> / |s|^2. A constant offset is not an error.
    """
    clips, copies = (x - x.mean(axis=1, keepdims=True) for x in (clips.astype(np.float64), copies.astype(np.float64)))
    energy = np.maximum((clips**2).sum(axis=1), np.finfo(np.float64).tiny)
    target = clips * ((clips * copies).sum(axis=1) / energy)[:, None]
    return _decibels((target**2).sum(axis=1), ((copies - target) ** 2).sum(axis=1))


def _decibels(signal: np.ndarray, error: np.ndarray) -> np.ndarray:
    # Two silent clips are exact copies; a copy that holds nothing of the signal gets -PERFECT_DB.
    least = np.finfo(np.float64).tiny
    ratio = 10 * (np.log10(np.maximum(signal, least)) - np.log10(np.maximum(error, least)))
    return np.where(error == 0, PERFECT_DB, np.clip(ratio, -PERFECT_DB, PERFECT_DB))


def _stft_distance(clips: np.ndarray, copies: np.ndarray, size: int) -> np.ndarray:
    """Spectral convergence plus mean log-magnitude difference at one resolution, (n,) (Arik et al., 2019)."""
    before, after = (_magnitudes(x, size) for x in (clips, copies))
    norm = np.linalg.norm(before, axis=(1, 2))
    convergence = np.linalg.norm(before - after, axis=(1, 2)) / np.maximum(norm, _MIN_MAGNITUDE)
    logarithms = np.log(np.maximum(before, _MIN_MAGNITUDE)) - np.log(np.maximum(after, _MIN_MAGNITUDE))
    return convergence + np.abs(logarithms).mean(axis=(1, 2))


def _magnitudes(clips: np.ndarray, size: int) -> np.ndarray:
    """STFT magnitudes, 1 for a full-scale sine: (n, frames, bins)."""
    window = hann(size)
    padded = np.pad(clips, ((0, 0), (size // 2, size // 2)))
    return np.abs(stft(padded, window, size // 4)) * (2 / window.sum())


def _cepstral_distortion(clips: np.ndarray, copies: np.ndarray, rate_hz: int) -> np.ndarray:
    """Mean over frames of (10 / ln 10) sqrt(2 sum of squared differences), 1st to 13th, (n,) dB (Kubichek, 1993)."""
    config = Features(n_mfcc=_CEPSTRA + 1, n_mels=80, floor_db=None)
    original_cepstra, copy_cepstra = (mfcc(x, rate_hz, config)[:, 0, 1:] for x in (clips, copies))
    # `mfcc` applies an orthonormal DCT to 10 log10; the scale converts to the definition, which uses ln.
    return np.sqrt(np.sum((original_cepstra - copy_cepstra) ** 2, axis=1) / config.n_mels).mean(axis=1)
