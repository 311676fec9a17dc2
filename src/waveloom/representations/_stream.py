"""From magnitudes without an end to sound without a seam, a block at a time. Importing this imports numba.

A block's phases set out from those settled before it, and the steps of Griffin-Lim leave these as they are. A block
is settled when the frames after it are known, which are then found anew: the sound does not depend on what follows.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from waveloom.representations._griffin_lim import consistent
from waveloom.representations._phase import phase
from waveloom.representations._sound import MONO
from waveloom.representations._stft import shift_phase_origin, stft_to_clip

BLOCK = 64  # frames settled at a time
_FRAMES = 2  # whole frames side by side: what is seen after a block, and kept of what is settled before it


def sound_blocks(
    magnitudes: Iterable[np.ndarray], n_fft: int, hop: int, range_db: float, steps: int, block: int = BLOCK
) -> Iterator[np.ndarray]:
    """Give the samples (time,) float32 of frames that come some at a time, (any, n_fft / 2); `sound` of the whole.

    Frames at the end that no whole block holds are not heard.
    """
    blocks = channel_blocks(magnitudes, lambda found: (found, MONO), n_fft, hop, range_db, steps, block)
    return (heard for (heard,) in blocks)


def channel_blocks(
    frames: Iterable[np.ndarray],
    split: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
    n_fft: int,
    hop: int,
    range_db: float,
    steps: int,
    block: int = BLOCK,
) -> Iterator[np.ndarray]:
    """Do as `sound_blocks` for several channels: samples (channels, time).

    `split` tells of frames their magnitudes (frames, n_fft / 2) and each channel's gains, as for `channels`; the mean
    square of these is 1.
    """
    ahead, reach = _FRAMES * n_fft // hop, n_fft // hop // 2  # frames; a frame reaches as many hops to each side
    block = max(block, ahead)
    gone = np.zeros((0, n_fft // 2), np.complex64)  # what all channels had in common
    past: list[np.ndarray] = []  # what each had
    for number, some in enumerate(_overlapping(frames, block, ahead)):
        found, gains = split(some)
        known = len(gone)
        whole = np.concatenate([np.abs(gone), found])
        angles = phase(whole, n_fft, hop, range_db, np.angle(shift_phase_origin(gone)), number)
        spectrum = shift_phase_origin(whole * (np.cos(angles) + 1j * np.sin(angles)))
        gains = np.broadcast_to(gains, (len(gains), *found.shape))
        settled = [
            _settled(before, spectrum[known:] * gain, found * np.abs(gain), n_fft, hop, steps)[: known + block]
            for before, gain in zip(past or [gone] * len(gains), gains, strict=True)
        ]
        heard = np.stack([stft_to_clip(one, n_fft, hop) for one in settled])
        yield heard[:, max(known - reach, 0) * hop : (known + block - reach) * hop]
        past = [one[-ahead:] for one in settled]
        gone = (np.conj(gains[:, block - ahead : block]) * np.stack(past)).mean(axis=0)  # gains undone


def _settled(
    past: np.ndarray, spectrum: np.ndarray, magnitude: np.ndarray, n_fft: int, hop: int, steps: int
) -> np.ndarray:
    """A channel's past as it is, and after it better phases for what follows."""
    whole, wanted = np.concatenate([past, spectrum]), np.concatenate([np.abs(past), magnitude])
    return consistent(whole, wanted, n_fft, hop, steps, len(past))


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
