"""Where sounds stand between two channels, and how far the two agree; of stereo only."""

from collections.abc import Mapping

import numpy as np
from scipy.stats import wasserstein_distance

from waveloom.evaluation.comparison import NO_REAL

NUMBERS = ("balance_distance_db", "agreement_distance")
_MOST_DB = 30.0  # of balance: what is farther to a side cannot be told from being there alone

MEANING = (
    "Stereo: the balance of a sound is how much stronger it is in the left channel than in the right, in dB; the "
    "agreement is the correlation of the two, 1 where they are the same. How far the distribution of each must be "
    "moved to become that of real sounds (1-D Wasserstein distance), lower is better; beside it the same of other real "
    "sounds. All other numbers are of the mean of both channels."
)


def stage(sets: Mapping[str, np.ndarray], real: np.ndarray) -> dict[str, dict[str, float | str]]:
    """How far {set: clips (n, 2, samples)} are from `real` ones, in dB of balance and in agreement: {number: {set}}."""
    if not all(map(len, [real, *sets.values()])):
        return {number: dict.fromkeys(sets, NO_REAL) for number in NUMBERS}
    wanted = placed(real)
    apart = {
        name: [wasserstein_distance(*pair) for pair in zip(placed(one).T, wanted.T, strict=True)]
        for name, one in sets.items()
    }
    return {
        number: {name: float(values[place]) for name, values in apart.items()} for place, number in enumerate(NUMBERS)
    }


def placed(clips: np.ndarray) -> np.ndarray:
    """Balance (dB, positive to the left) and agreement (-1 to 1) of clips (n, 2, samples): (n, 2); silence: 0 and 1."""
    left, right = np.moveaxis(clips.astype(np.float64), 1, 0)
    powers = (left**2).sum(axis=1), (right**2).sum(axis=1)
    tiny = 1e-12
    balance = np.clip(10 * np.log10((powers[0] + tiny) / (powers[1] + tiny)), -_MOST_DB, _MOST_DB)
    product = np.sqrt(powers[0] * powers[1])
    agreement = np.where(product > tiny, (left * right).sum(axis=1) / np.maximum(product, tiny), 1)
    return np.stack([balance, agreement], axis=1)
