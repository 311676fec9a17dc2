"""How noise chooses one of several places, each as likely, by its first number, and noise that chooses a given one.

A choice is drawn by the normal distribution function as Bowling et al. approximate it (2009, "A Logistic Approximation
to the Cumulative Normal Distribution"), which every export can express.
"""

from math import asinh, exp, log, sinh, sqrt

import numpy as np

LINE, CUBE = 1.5976, 0.07056  # of Bowling's approximation
TURNS = 4  # numbers of the noise that choose a sound and say how it is bent and tilted
# By how many deviations the next number, which says how much of that sound is seen, is raised where it was asked for.
ABOVE = 3.0


def below(choice: float) -> float:
    """The share of standard normal numbers below `choice`, as the layer takes it."""
    return 1 / (1 + exp(-(LINE * choice + CUBE * choice**3)))


def at_share(share: float) -> float:
    """The number that `share` (above 0, below 1) of standard normal numbers lie below: `below` the other way round.

    The one real root of a cubic equation without a square term, by hyperbolic functions.
    """
    steep = LINE / CUBE
    height = log(share / (1 - share)) / CUBE
    return 2 * sqrt(steep / 3) * sinh(asinh(1.5 * height / steep * sqrt(3 / steep)) / 3)


def chosen(noise: np.ndarray, count: int) -> int:
    """Which of `count` places noise (n,) chooses."""
    return min(int(below(float(noise[0])) * count), max(count - 1, 0))


def calling(place: int, count: int) -> np.float32:
    """The number that chooses one of `count` places: the middle of those that do."""
    return np.float32(at_share((place + 0.5) / count))


def call_to_mind(noise: np.ndarray, among: np.ndarray, count: int) -> np.ndarray:
    """Have noise (n,) choose of the places `among` that one which lies in them as its own does in all `count`."""
    return np.concatenate([[calling(among[chosen(noise, len(among))], count)], raised(noise)[1:]], dtype=np.float32)


def raised(noise: np.ndarray) -> np.ndarray:
    """Have more be seen of the sound that noise (n,) chooses: its kin may be of another kind (docs/how-to/text.md)."""
    return noise + ABOVE * (np.arange(len(noise)) == TURNS).astype(np.float32)
