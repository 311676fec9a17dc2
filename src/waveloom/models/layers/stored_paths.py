"""Walks over a memory: from each sound to one like it, so that a long sound does not leap."""

from collections.abc import Iterator

import numpy as np

from waveloom.models.layers.selection import TURNS, calling, chosen, raised
from waveloom.models.layers.stored_spectrograms import Memory

_CALLED = 16  # sounds of which the most alike comes next; of few, half of them


def walk(
    memory: Memory, noises: Iterator[np.ndarray], label: int, among: np.ndarray | None = None
) -> Iterator[np.ndarray]:
    """Have the first number of each noise but the first choose a sound like the one before, and never the same.

    It is the nearest of `_CALLED` that lie evenly over the memory from where the noise itself would choose, so that no
    walk is caught among a few. All are as much higher, faster and brighter as the first. With `among` the memory is
    what lies at these of the label's places, and every noise is `raised`.
    """
    whole = int(memory.counts[label])
    rows = np.arange(whole) if among is None else among
    held = np.asarray(memory.sounds[label * memory.places : label * memory.places + whole])[rows].view(np.uint8)
    here, turns, count = None, np.zeros(0, np.float32), len(rows)
    for noise in noises if among is None else map(raised, noises):
        turns = noise[1:TURNS] if here is None else turns
        there = chosen(noise, count)
        if here is not None and count > 1:
            there = _next(held, here, there)
        if among is not None or (here is not None and count > 1):
            noise = np.concatenate([[calling(rows[there], whole)], turns, noise[TURNS:]], dtype=np.float32)
        here = there
        yield noise


def _next(held: np.ndarray, here: int, there: int) -> int:
    """The row that differs least from row `here`, in the mean square, of those called from `there` on."""
    count = len(held)
    many = min(_CALLED, count // 2)
    called = np.setdiff1d((there + np.arange(many) * count // many) % count, [here])
    if not len(called):
        return (here + 1) % count
    apart = held[called].astype(np.float32) - held[here]
    return int(called[np.argmin(np.einsum("ij,ij->i", apart, apart))])
