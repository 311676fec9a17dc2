"""Prepares stimuli: loudness normalisation, low anchors, and trapping items."""

import hashlib

import numpy as np

from waveloom.audio.loudness import loudness

MNRU_Q_DB = 5.0  # signal-to-noise ratio of an anchor
_BEEP_HZ = 880.0


def equally_loud(clip: np.ndarray, rate_hz: int, lufs: float) -> np.ndarray:
    """Scale a clip (samples,) to `lufs` by BS.1770, or by its RMS if that is undefined, without exceeding full scale.

    The BS.1770 loudness of a 1 kHz sine equals its RMS in dB, so both scales agree for it. Silence stays silent.
    """
    level = float(loudness(clip[None], rate_hz)[0])
    if not np.isfinite(level):
        power = float(np.mean(np.square(clip, dtype=np.float64)))
        if power == 0.0:
            return clip
        level = 10 * np.log10(power)
    loudest = float(np.max(np.abs(clip)))
    return (clip * min(10 ** ((lufs - level) / 20), 1 / loudest)).astype(np.float32)


def anchor(clip: np.ndarray, seed: int) -> np.ndarray:
    """Add signal-dependent noise: the modulated noise reference unit of ITU-T P.810, without its band filter.

    y = x (1 + 10^(-Q/20) n), n normal with variance 1: the noise follows the level of the sound.
    """
    noise = np.random.default_rng(seed).standard_normal(len(clip))
    noisy = clip * (1 + 10 ** (-MNRU_Q_DB / 20) * noise)
    return (noisy / max(1.0, float(np.max(np.abs(noisy))))).astype(np.float32)


def beeps(count: int, samples: int, rate_hz: int) -> np.ndarray:
    """A clip of `samples` with `count` equally spaced beeps: a trapping item that is understood without language."""
    share = samples // count
    beep = np.hanning(share // 2) * np.sin(2 * np.pi * _BEEP_HZ / rate_hz * np.arange(share // 2))
    clip = np.zeros(samples, np.float32)
    for number in range(count):
        clip[number * share : number * share + len(beep)] = 0.5 * beep
    return clip


def opaque_id(*parts: object) -> str:
    """A reproducible id that does not reveal what it was made from."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]
