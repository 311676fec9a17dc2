"""The sounds a listener hears: equally loud, and the two kinds that keep the scale and the listeners honest."""

import hashlib

import numpy as np

from waveloom.audio.loudness import loudness

MNRU_Q_DB = 5.0  # the noise of an anchor is this far below its sound
_BEEP_HZ = 880.0


def equally_loud(clip: np.ndarray, rate_hz: int, lufs: float) -> np.ndarray:
    """Bring a clip (samples,) to `lufs` by BS.1770, or by its RMS where that has no answer; no peak passes full scale.

    For BS.1770 a sine of 1 kHz reads its RMS in dB, so both scales meet there. Silence stays silent.
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
    """Multiply noise into a clip: ITU-T P.810's modulated noise reference unit, without its band filter.

    y = x (1 + 10^(-Q/20) n), n normal with variance 1: the noise follows the sound, at any rate, silent in silence.
    """
    noise = np.random.default_rng(seed).standard_normal(len(clip))
    coarse = clip * (1 + 10 ** (-MNRU_Q_DB / 20) * noise)
    return (coarse / max(1.0, float(np.max(np.abs(coarse))))).astype(np.float32)


def beeps(count: int, samples: int, rate_hz: int) -> np.ndarray:
    """Make `count` beeps in a clip of `samples`, each half as long as its share: a trap needs no language."""
    share = samples // count
    ring = np.hanning(share // 2) * np.sin(2 * np.pi * _BEEP_HZ / rate_hz * np.arange(share // 2))
    clip = np.zeros(samples, np.float32)
    for number in range(count):
        clip[number * share : number * share + len(ring)] = 0.5 * ring
    return clip


def opaque(*parts: object) -> str:
    """Give an id that says nothing of what it was made from, and is the same every time."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]
