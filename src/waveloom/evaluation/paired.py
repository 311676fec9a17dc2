"""How near a sound is to the very sound it should be: for the round trip, denoising, reconstruction; by pairs only."""

import numpy as np

from waveloom.audio.report_spectra import decibels, power
from waveloom.audio.stft import hann, stft
from waveloom.features import Features
from waveloom.features.mfcc import mfcc

PERFECT_DB = 100.0  # an exact copy has no noise; its ratio is given as this, about the limit of float32
BETTER = {
    "log_spectral_distance_db": "lower",
    "multi_resolution_stft": "lower",
    "mel_cepstral_distortion_db": "lower",
    "spectral_snr_db": "higher",
    "snr_db": "higher",
    "si_sdr_db": "higher",
}
MEANING = (
    "Pairs: a sound beside the one it should be. Log-spectral distance and mel-cepstral distortion in dB, spectral "
    "convergence plus log-magnitude difference at three resolutions (lower is better); signal to noise of magnitudes, "
    "of the waveform, and of the waveform whatever its gain (higher is better; 100 dB stands for an exact copy). "
    "A representation that invents the phase has waveform ratios near or below 0 dB even where both sound the same."
)
_CHUNK = 32  # clips held as spectrograms at once
_RESOLUTIONS = (512, 1024, 2048)  # samples a frame (Yamamoto et al., 2020), a quarter of it from one to the next
_CEPSTRA = 13  # of mel-cepstral distortion, without the 0th, which is loudness
_QUIET = 1e-4  # of a full-scale sine: -80 dB, the softest magnitude compared on a logarithmic scale


def paired(clips: np.ndarray, copies: np.ndarray, rate_hz: int) -> dict[str, np.ndarray]:
    """Compare each of clips (n, samples) with its copy: one value a pair, (n,) float64, under the names of `BETTER`."""
    starts = range(0, len(clips), _CHUNK)
    parts = [_compare(clips[start : start + _CHUNK], copies[start : start + _CHUNK], rate_hz) for start in starts]
    return dict(zip(BETTER, np.concatenate([np.zeros((len(BETTER), 0)), *parts], axis=1), strict=True))


def _compare(clips: np.ndarray, copies: np.ndarray, rate_hz: int) -> np.ndarray:
    before, after = power(clips), power(copies)
    distance = np.sqrt(np.mean((decibels(before) - decibels(after)) ** 2, axis=2)).mean(axis=1)
    resolutions = np.mean([_stft_distance(clips, copies, size) for size in _RESOLUTIONS], axis=0)
    magnitudes = ratio_db(np.sqrt(before), np.sqrt(after))
    distortion = _cepstral_distortion(clips, copies, rate_hz)
    return np.stack([distance, resolutions, distortion, magnitudes, ratio_db(clips, copies), si_sdr_db(clips, copies)])


def ratio_db(signal: np.ndarray, copy: np.ndarray) -> np.ndarray:
    """Energy of the signal over energy of the difference, (n, ...) -> (n,) dB, at most `PERFECT_DB`."""
    axes = tuple(range(1, signal.ndim))
    signal, copy = signal.astype(np.float64), copy.astype(np.float64)
    return _decibels(np.sum(signal**2, axis=axes), np.sum((signal - copy) ** 2, axis=axes))


def si_sdr_db(clips: np.ndarray, copies: np.ndarray) -> np.ndarray:
    """Scale-invariant signal-to-distortion ratio of clips and copies (n, samples): (n,) dB, at most `PERFECT_DB`.

    Equation 5 of Le Roux et al., 2019 ("SDR - half-baked or well done?"), means removed first: with s the clip and e
    the copy, 10 log10(|a s|^2 / |a s - e|^2), a = <e, s> / |s|^2. A constant offset is no error. No other definition
    is used anywhere.
    """
    clips, copies = (x - x.mean(axis=1, keepdims=True) for x in (clips.astype(np.float64), copies.astype(np.float64)))
    energy = np.maximum((clips**2).sum(axis=1), np.finfo(np.float64).tiny)
    wanted = clips * ((clips * copies).sum(axis=1) / energy)[:, None]
    return _decibels((wanted**2).sum(axis=1), ((copies - wanted) ** 2).sum(axis=1))


def _decibels(kept: np.ndarray, lost: np.ndarray) -> np.ndarray:
    # Two silences are exact copies, and a copy without anything of the signal is as bad as an exact one is good.
    least = np.finfo(np.float64).tiny
    ratio = 10 * (np.log10(np.maximum(kept, least)) - np.log10(np.maximum(lost, least)))
    return np.where(lost == 0, PERFECT_DB, np.clip(ratio, -PERFECT_DB, PERFECT_DB))


def _stft_distance(clips: np.ndarray, copies: np.ndarray, size: int) -> np.ndarray:
    """Spectral convergence plus mean log-magnitude difference at one resolution, (n,) (Arik et al., 2019)."""
    before, after = (_magnitudes(x, size) for x in (clips, copies))
    norm = np.linalg.norm(before, axis=(1, 2))
    convergence = np.linalg.norm(before - after, axis=(1, 2)) / np.maximum(norm, _QUIET)
    logarithms = np.log(np.maximum(before, _QUIET)) - np.log(np.maximum(after, _QUIET))
    return convergence + np.abs(logarithms).mean(axis=(1, 2))


def _magnitudes(clips: np.ndarray, size: int) -> np.ndarray:
    """Short-time magnitudes, a full-scale sine reading 1: (n, frames, bins)."""
    window = hann(size)
    padded = np.pad(clips, ((0, 0), (size // 2, size // 2)))
    return np.abs(stft(padded, window, size // 4)) * (2 / window.sum())


def _cepstral_distortion(clips: np.ndarray, copies: np.ndarray, rate_hz: int) -> np.ndarray:
    """Mean over frames of (10 / ln 10) sqrt(2 sum of squared differences), 1st to 13th, (n,) dB (Kubichek, 1993)."""
    config = Features(n_mfcc=_CEPSTRA + 1, n_mels=80, floor_db=None)
    ours, theirs = (mfcc(x, rate_hz, config)[:, 0, 1:] for x in (clips, copies))
    # Orthonormal and of 10 log10, so this is what the definition says of cepstra of the natural logarithm.
    return np.sqrt(np.sum((ours - theirs) ** 2, axis=1) / config.n_mels).mean(axis=1)
