"""Walks over a memory: from each sound to one like it, so that a long sound does not leap."""

from collections.abc import Iterator
from math import asinh, exp, log, sinh, sqrt

import numpy as np

from waveloom.networks._memory import CUBE, LINE, TURNS, Memory

_CALLED = 16  # sounds of which the most alike comes next


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


def walk(memory: Memory, noises: Iterator[np.ndarray], label: int) -> Iterator[np.ndarray]:
    """Have the first number of each noise but the first choose a sound like the one before, and never the same.

    It is the nearest of `_CALLED` that lie evenly over the memory from where the noise itself would choose, so that no
    walk is caught among a few. All are as much higher, faster and brighter as the first.
    """
    count = int(memory.counts[label])
    held = np.asarray(memory.sounds[label * memory.places : label * memory.places + count]).view(np.uint8)
    here, turns = None, np.zeros(0, np.float32)
    for noise in noises:
        turns = noise[1:TURNS] if here is None else turns
        place = min(int(below(float(noise[0])) * count), max(count - 1, 0))
        if here is not None and count > 1:
            called = np.unique((place + np.arange(_CALLED) * count // _CALLED) % count)
            place = _nearest(held, here, called[called != here] if len(called) > 1 else np.array([1 - here]))
            noise = np.concatenate([np.array([at_share((place + 0.5) / count)], np.float32), turns, noise[TURNS:]])
        here = place
        yield noise


def _nearest(held: np.ndarray, here: int, called: np.ndarray) -> int:
    """The row of `called` that differs least from row `here` in the mean square."""
    apart = held[called].astype(np.float32) - held[here]
    return int(called[np.argmin(np.einsum("ij,ij->i", apart, apart))])
