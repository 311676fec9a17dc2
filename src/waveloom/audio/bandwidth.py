"""Measurement of the bandwidth of sounds, and a linear-phase low-pass filter."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np
import scipy.fft

from waveloom.audio.stft import stft

RANGE_DB = 60.0  # below the strongest frequency of a clip; fainter frequencies are outside its band
QUANTILE = 0.99  # of a label's clips; the others may have clicks, which contain every frequency
STOP_DB = 80.0  # attenuation above the limit
FULL_BAND = 0.95  # of half the rate: a band that reaches so far counts as the full band
_STEPS = 100  # between 0 and half the rate, to which a bandwidth is rounded up
_WINDOW = 1024  # samples, Hann
_HALF_TAPS = 256  # on either side of the middle tap; the transition band is 2% of half the rate
_BETA = 0.1102 * (STOP_DB - 8.7)  # of the Kaiser window, for that attenuation


def bandwidth_hz(chunks: Iterable[np.ndarray], labels: np.ndarray, rate_hz: int) -> float | None:
    """Measure the highest frequency (Hz) of clips, chunks of (n, ..., samples) in the order of their `labels` (all,).

    A clip contains the frequencies whose mean power lies within `RANGE_DB` of that of the strongest frequency. The
    result is the maximum over labels of the `QUANTILE` over each label's clips, so that no rare label loses its band.
    None if the clips fill the whole band, or are silent.
    """
    shares = np.concatenate([_shares(clips) for clips in chunks])
    highest = max(np.quantile(shares[labels == label], QUANTILE, method="inverted_cdf") for label in np.unique(labels))
    rounded = np.ceil(highest * _STEPS - 1e-9) / _STEPS
    return None if rounded == 0 or rounded >= FULL_BAND else float(rounded * rate_hz / 2)


def _shares(clips: np.ndarray) -> np.ndarray:
    """The highest frequency of each clip as a share of half the rate, 0 for silence: (n, ..., samples) -> (n,)."""
    sounds = clips.reshape(len(clips), -1, clips.shape[-1])
    return np.array([max(_share(sound) for sound in channels) for channels in sounds])


def _share(sound: np.ndarray) -> float:
    length = min(_WINDOW, len(sound))
    window = np.hanning(length + 2)[1:-1].astype(np.float32)
    # Without padding: a clip may begin in the middle of a sound, and a step contains every frequency.
    power = np.square(np.abs(stft(sound, window, length // 2 or 1))).mean(axis=0)
    threshold = max(float(power.max()) * 10 ** (-RANGE_DB / 10), float(np.finfo(np.float32).tiny))
    present = np.flatnonzero(power > threshold)
    return float(present[-1] + 1) / len(power) if len(present) else 0.0


def low_pass(clips: np.ndarray, rate_hz: int, limit_hz: float) -> np.ndarray:
    """Filter clips (n, ..., samples) with linear phase and no delay; above `limit_hz` the attenuation is 80 dB."""
    filtered = np.empty_like(clips, np.float32)
    around = [(_HALF_TAPS, _HALF_TAPS)]
    sounds = clips.reshape(-1, clips.shape[-1])
    for sound, out in zip(sounds, filtered.reshape(sounds.shape), strict=True):
        out[:] = _convolve(np.pad(sound, around), _taps(2 * limit_hz / rate_hz))
    return filtered


def low_pass_stream(blocks: Iterable[np.ndarray], rate_hz: int, limit_hz: float) -> Iterator[np.ndarray]:
    """Filter a stream of blocks (..., any), which may be endless, as `low_pass` filters a clip."""
    taps = _taps(2 * limit_hz / rate_hz)
    pending: np.ndarray | None = None
    for block in blocks:
        pending = np.zeros((*block.shape[:-1], _HALF_TAPS), np.float32) if pending is None else pending
        pending = np.concatenate([pending, block], axis=-1)
        if pending.shape[-1] >= len(taps):
            yield _convolve(pending, taps)
            pending = pending[..., 1 - len(taps) :]
    if pending is not None:
        yield _convolve(
            np.concatenate([pending, np.zeros((*pending.shape[:-1], _HALF_TAPS), np.float32)], axis=-1), taps
        )


def _convolve(sound: np.ndarray, taps: np.ndarray) -> np.ndarray:
    """Convolve (..., samples) with the taps, without padding: (..., samples - taps + 1) float32."""
    size = scipy.fft.next_fast_len(sound.shape[-1], real=True)
    spectrum = scipy.fft.rfft(sound, size) * scipy.fft.rfft(taps, size)
    return scipy.fft.irfft(spectrum, size)[..., len(taps) - 1 : sound.shape[-1]].astype(np.float32)


@lru_cache(maxsize=8)
def _taps(limit: float) -> np.ndarray:
    """A windowed sinc with its cut-off at `limit`, a share of half the rate: (513,) float64, symmetric."""
    width = (STOP_DB - 8) / (2.285 * 2 * _HALF_TAPS) / np.pi  # of the transition band, by Kaiser's formula
    middle = max(limit - width / 2, width / 2)
    taps = middle * np.sinc(middle * np.arange(-_HALF_TAPS, _HALF_TAPS + 1)) * np.kaiser(2 * _HALF_TAPS + 1, _BETA)
    return taps / taps.sum()
