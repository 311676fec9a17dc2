"""Gains: of a source to the level that a network knows, and of a translation to the loudness of its source."""

from collections.abc import Sequence

import numpy as np

from waveloom.models.source_range import loud_level_db

SECONDS = 10.0  # time constant of the mean powers; much longer than notes, so that their dynamics stay
_MAX_DB = 24.0  # of that gain
_BLOCK_SECONDS = 0.064  # of which levels are measured


def level_db(samples: np.ndarray, rate_hz: int) -> float:
    """Root mean square of the loud parts of a sound (channels, samples), in dBFS; -200 for silence."""
    return loud_level_db(block_powers(samples, rate_hz))


def block_powers(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """Mean squares of stretches of 64 ms of a sound (channels, samples), a last shorter one included: (n,)."""
    starts = np.arange(0, max(samples.shape[-1], 1), max(round(_BLOCK_SECONDS * rate_hz), 1))
    if not samples.size:
        return np.zeros(1)
    sums = np.add.reduceat(np.square(samples, dtype=np.float64).mean(axis=0), starts)
    return sums / np.diff(starts, append=samples.shape[-1])


def gain_to_range(source_db: float | None, range_db: Sequence[float] | None) -> float:
    """Gain in dB that brings a level into a range (low, high); 0 if one of them is unknown, or for silence."""
    if source_db is None or range_db is None or source_db <= -200:
        return 0.0
    low, high = range_db
    return max(low - source_db, 0.0) + min(high - source_db, 0.0)


class LoudnessMatch:
    """Running ratio of the source's power to the translation's, weighted as in ITU-R BS.1770.

    Means over the past decay with a time constant of `SECONDS`, and include the frames that the gain is applied to.
    """

    def __init__(self, bins: int, hop: int, rate_hz: int) -> None:
        self._weights = k_weights(bins, rate_hz)
        self._frames_per_second = rate_hz / hop
        self._powers = np.zeros(2)  # of source and translation
        self._gain_db: float | None = None

    def gains(self, source: np.ndarray, translated: np.ndarray) -> np.ndarray:
        """Gain of each of the next frames, from the magnitudes (n, ..., bins) of both: (n,) float32, linear in dB."""
        decay = np.exp(-len(source) / (SECONDS * self._frames_per_second))
        powers = [float((np.square(one) @ self._weights).sum()) for one in (source, translated)]
        self._powers = self._powers * decay + powers
        before, after = self._gain_db, self._measured_db()
        self._gain_db = after
        track = np.linspace(after if before is None else before, after, len(source), dtype=np.float32)
        return 10 ** (track / 20)

    def _measured_db(self) -> float:
        source, translated = self._powers
        if source <= 0 or translated <= 0:
            return self._gain_db or 0.0
        return float(np.clip(10 * np.log10(source / translated), -_MAX_DB, _MAX_DB))


def k_weights(bins: int, rate_hz: int) -> np.ndarray:
    """Power response of the K-weighting filters of BS.1770 at `bins` frequencies from 0 to half the rate: (bins,).

    Both are analogue prototypes: a high shelf of 4 dB at 1682 Hz with Q 0.71, and a high-pass at 38 Hz with Q 0.5.
    """
    s = 1j * np.arange(bins) / bins * rate_hz / 2
    shelf_hz, shelf_q, gain = 1681.97, 0.7072, 10 ** (3.99984 / 20)
    x = s / shelf_hz
    shelf = (gain * x**2 + np.sqrt(gain) / shelf_q * x + 1) / (x**2 + x / shelf_q + 1)
    y = s / 38.135
    high_pass = y**2 / (y**2 + y / 0.5003 + 1)
    return (np.abs(shelf * high_pass) ** 2).astype(np.float32)
