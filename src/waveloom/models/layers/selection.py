"""How the first number of a latent vector selects one of several stored sounds, each with the same probability.

The normal distribution function is the approximation of Bowling et al. (2009, "A Logistic Approximation to the
Cumulative Normal Distribution"), which every export can express.
"""

from math import asinh, exp, log, sinh, sqrt

import numpy as np

LINEAR, CUBIC = 1.5976, 0.07056  # coefficients of Bowling's approximation
CONTROLS = 4  # first numbers of the latent vector: which sound, and its changes of pitch, speed and brightness
# Standard deviations added to the next number, the weight of the selected sound, where a sound is selected on purpose.
EMPHASIS = 3.0


def normal_cdf(number: float) -> float:
    """The fraction of standard normal numbers below `number`, as the layer computes it."""
    return 1 / (1 + exp(-(LINEAR * number + CUBIC * number**3)))


def inverse_normal_cdf(fraction: float) -> float:
    """The number that `fraction` (above 0, below 1) of standard normal numbers lie below; inverse of `normal_cdf`.

    It is the one real root of a cubic equation without a square term, by hyperbolic functions.
    """
    steep = LINEAR / CUBIC
    height = log(fraction / (1 - fraction)) / CUBIC
    return 2 * sqrt(steep / 3) * sinh(asinh(1.5 * height / steep * sqrt(3 / steep)) / 3)


def selected_position(noise: np.ndarray, count: int) -> int:
    """Which of `count` positions the latent vector (n,) selects."""
    return min(int(normal_cdf(float(noise[0])) * count), max(count - 1, 0))


def selecting_number(position: int, count: int) -> np.float32:
    """The number that selects one of `count` positions: the middle of those that do."""
    return np.float32(inverse_normal_cdf((position + 0.5) / count))


def select_among(noise: np.ndarray, among: np.ndarray, count: int) -> np.ndarray:
    """Change a latent vector (n,) so that it selects one of the positions `among` instead of one of all `count`.

    Its own number decides which, in the same proportion as before.
    """
    position = among[selected_position(noise, len(among))]
    return np.concatenate([[selecting_number(position, count)], emphasised(noise)[1:]], dtype=np.float32)


def emphasised(noise: np.ndarray) -> np.ndarray:
    """Raise the weight of the sound that a latent vector (n,) selects: its neighbours may be different
    (docs/how-to/text.md).
    """
    return noise + EMPHASIS * (np.arange(len(noise)) == CONTROLS).astype(np.float32)
