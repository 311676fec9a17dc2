"""Compares the stereo image of generated and real sounds: channel balance and correlation."""

from collections.abc import Mapping

import numpy as np
from scipy.stats import wasserstein_distance

from waveloom.evaluation.comparison import NO_REAL

NUMBERS = ("balance_distance_db", "correlation_distance")
_MAX_DB = 30.0  # of balance; beyond this the other channel is inaudible

MEANING = (
    "Stereo: the balance of a sound is the level of the left channel minus that of the right, in dB; the correlation "
    "is that of both channels, 1 if they are equal. For each, the 1-D Wasserstein distance between its distribution "
    "in the set and in the real set, lower is better; other real sounds for comparison. All other metrics use the "
    "mean of both channels."
)


def stereo_distances(sets: Mapping[str, np.ndarray], real: np.ndarray) -> dict[str, dict[str, float | str]]:
    """Distances of {set: clips (n, 2, samples)} from `real` in balance (dB) and correlation: {number: {set: value}}."""
    if not all(map(len, [real, *sets.values()])):
        return {number: dict.fromkeys(sets, NO_REAL) for number in NUMBERS}
    reference = balance_and_correlation(real)
    distances = {
        name: [wasserstein_distance(*pair) for pair in zip(balance_and_correlation(one).T, reference.T, strict=True)]
        for name, one in sets.items()
    }
    return {
        number: {name: float(values[column]) for name, values in distances.items()}
        for column, number in enumerate(NUMBERS)
    }


def balance_and_correlation(clips: np.ndarray) -> np.ndarray:
    """Balance (dB, positive to the left) and channel correlation (-1 to 1) of clips (n, 2, samples): (n, 2).

    Silence has balance 0 and correlation 1.
    """
    left, right = np.moveaxis(clips.astype(np.float64), 1, 0)
    powers = (left**2).sum(axis=1), (right**2).sum(axis=1)
    tiny = 1e-12
    balance = np.clip(10 * np.log10((powers[0] + tiny) / (powers[1] + tiny)), -_MAX_DB, _MAX_DB)
    product = np.sqrt(powers[0] * powers[1])
    correlation = np.where(product > tiny, (left * right).sum(axis=1) / np.maximum(product, tiny), 1)
    return np.stack([balance, correlation], axis=1)
