"""The bandwidth of sounds, and a linear-phase low-pass filter."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np
import scipy.fft

from waveloom.audio.stft import stft

RANGE_DB = 60.0  # below the strongest frequency of a clip: what is fainter does not count as part of its band
MOST = 0.99  # share of a label's clips whose bands count; the others may have clicks, which have every frequency
STOP_DB = 80.0  # attenuation of what lies above the limit
FULL = 0.95  # of half the rate: a band that reaches so far is taken for the whole
_STEPS = 100  # that a bandwidth is rounded up to, from 0 to half the rate
_WINDOW = 1024  # samples, Hann
_HALF = 256  # taps on either side of the filter's middle one; its edge is 2% of half the rate wide
_BETA = 0.1102 * (STOP_DB - 8.7)  # of Kaiser's window, for that attenuation


def bandwidth_hz(chunks: Iterable[np.ndarray], labels: np.ndarray, rate_hz: int) -> float | None:
    """The highest frequency in Hz of clips, chunks of (n, ..., samples) in the order of their `labels` (all,).

    A clip has the frequencies whose power, averaged over time, lies within `RANGE_DB` of its strongest one's; each
    label's highest is the one that `MOST` of its clips stay below, so that no rare label loses its band. None: the
    whole band, also of silence alone.
    """
    shares = np.concatenate([_shares(clips) for clips in chunks])
    highest = max(np.quantile(shares[labels == label], MOST, method="inverted_cdf") for label in np.unique(labels))
    rounded = np.ceil(highest * _STEPS - 1e-9) / _STEPS
    return None if rounded == 0 or rounded >= FULL else float(rounded * rate_hz / 2)


def _shares(clips: np.ndarray) -> np.ndarray:
    """The highest frequency of each clip as a share of half the rate, 0 for silence: (n, ..., samples) -> (n,)."""
    every = clips.reshape(len(clips), -1, clips.shape[-1])
    return np.array([max(_share(sound) for sound in channels) for channels in every])


def _share(sound: np.ndarray) -> float:
    length = min(_WINDOW, len(sound))
    window = np.hanning(length + 2)[1:-1].astype(np.float32)
    # No silence is put around the sound: a clip may begin in its middle, and a step has every frequency.
    power = np.square(np.abs(stft(sound, window, length // 2 or 1))).mean(axis=0)
    least = max(float(power.max()) * 10 ** (-RANGE_DB / 10), float(np.finfo(np.float32).tiny))
    present = np.flatnonzero(power > least)
    return float(present[-1] + 1) / len(power) if len(present) else 0.0


def low_pass(clips: np.ndarray, rate_hz: int, limit_hz: float) -> np.ndarray:
    """Filter clips (n, ..., samples) with linear phase and no delay: what lies above `limit_hz` is 80 dB fainter."""
    filtered = np.empty_like(clips, np.float32)
    around = [(_HALF, _HALF)]
    sounds = clips.reshape(-1, clips.shape[-1])
    for sound, out in zip(sounds, filtered.reshape(sounds.shape), strict=True):
        out[:] = _convolve(np.pad(sound, around), _taps(2 * limit_hz / rate_hz))
    return filtered


def low_pass_along(blocks: Iterable[np.ndarray], rate_hz: int, limit_hz: float) -> Iterator[np.ndarray]:
    """Filter one sound, which may be endless, as `low_pass` does, in blocks (..., any)."""
    taps = _taps(2 * limit_hz / rate_hz)
    held: np.ndarray | None = None
    for block in blocks:
        held = np.zeros((*block.shape[:-1], _HALF), np.float32) if held is None else held
        held = np.concatenate([held, block], axis=-1)
        if held.shape[-1] >= len(taps):
            yield _convolve(held, taps)
            held = held[..., 1 - len(taps) :]
    if held is not None:
        yield _convolve(np.concatenate([held, np.zeros((*held.shape[:-1], _HALF), np.float32)], axis=-1), taps)


def _convolve(sound: np.ndarray, taps: np.ndarray) -> np.ndarray:
    """What the filter makes of (..., samples) where all its taps lie on it: (..., samples - taps + 1) float32."""
    size = scipy.fft.next_fast_len(sound.shape[-1], real=True)
    spectrum = scipy.fft.rfft(sound, size) * scipy.fft.rfft(taps, size)
    return scipy.fft.irfft(spectrum, size)[..., len(taps) - 1 : sound.shape[-1]].astype(np.float32)


@lru_cache(maxsize=8)
def _taps(limit: float) -> np.ndarray:
    """A windowed sinc that ends at `limit`, a share of half the rate: (513,) float64, symmetric."""
    width = (STOP_DB - 8) / (2.285 * 2 * _HALF) / np.pi  # of the edge; Kaiser's rule
    middle = max(limit - width / 2, width / 2)
    taps = middle * np.sinc(middle * np.arange(-_HALF, _HALF + 1)) * np.kaiser(2 * _HALF + 1, _BETA)
    return taps / taps.sum()
