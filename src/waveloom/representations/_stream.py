"""From magnitudes without an end to sound without a seam, a block at a time. Importing this imports numba.

A block's phases set out from those settled before it, and the steps of Griffin-Lim leave these as they are. A block
is settled when the frames after it are known, which are then found anew: the sound does not depend on what follows.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from waveloom.representations._griffin_lim import consistent
from waveloom.representations._phase import phase
from waveloom.representations._stft import synthesise, to_start

BLOCK = 64  # frames settled at a time
_FRAMES = 2  # whole frames side by side: what is seen after a block, and kept of what is settled before it


def sound_blocks(
    magnitudes: Iterable[np.ndarray], n_fft: int, hop: int, range_db: float, steps: int, block: int = BLOCK
) -> Iterator[np.ndarray]:
    """Give the samples (time,) float32 of frames that come some at a time, (any, n_fft / 2); `sound` of the whole.

    Frames at the end that no whole block holds are not heard.
    """
    ahead, reach = _FRAMES * n_fft // hop, n_fft // hop // 2  # frames; a frame reaches as many hops to each side
    block = max(block, ahead)
    past = np.zeros((0, n_fft // 2), np.complex64)
    for number, found in enumerate(_overlapping(magnitudes, block, ahead)):
        known = len(past)
        whole = np.concatenate([np.abs(past), found])
        angles = phase(whole, n_fft, hop, range_db, np.angle(to_start(past)), number)
        spectrum = to_start(whole * (np.cos(angles) + 1j * np.sin(angles)))
        spectrum[:known] = past
        settled = consistent(spectrum, whole, n_fft, hop, steps, known)[: known + block]
        heard = synthesise(settled, n_fft, hop)
        yield heard[max(known - reach, 0) * hop : (known + block - reach) * hop]
        past = settled[-ahead:]


def _overlapping(parts: Iterable[np.ndarray], block: int, ahead: int) -> Iterator[np.ndarray]:
    """Cut rows that come some at a time into pieces of `block` + `ahead`, each `block` after the last."""
    held: list[np.ndarray] = []
    for part in parts:
        held.append(part)
        if sum(map(len, held)) < block + ahead:
            continue
        rows = np.concatenate(held)
        while len(rows) >= block + ahead:
            yield rows[: block + ahead]
            rows = rows[block:]
        held = [rows]
