"""Waveform from an endless sequence of magnitudes, block by block. Importing this file imports numba.

The phases of a block continue those of the block before it, which Griffin-Lim leaves unchanged. A block is final once
the frames of context after it are available; the phases of that context are computed again with the next block. So the
sound does not depend on later frames.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from waveloom.representations._reconstruction import MONO_GAIN, PhaseRetrieval
from waveloom.representations._stft import shift_phase_origin

BLOCK = 64  # frames
_CONTEXT = 2  # frame lengths of context: read ahead after each block, and stored from before it
_SEED_STEP = 1 << 32  # more than a sound has blocks


class Target(NamedTuple):
    """Magnitudes (frames, n_fft / 2) of the sum of channels, and the channels' complex gains, of mean square 1.

    The gains are as for `reconstruct_channels`. `known` are phases (frames, n_fft / 2) of the sum at the frames'
    centres that need not be reconstructed, NaN where there is none.
    """

    magnitude: np.ndarray
    gains: np.ndarray
    known: np.ndarray | None = None


Split = Callable[[np.ndarray], Target]


def stream_mono(
    magnitudes: Iterable[np.ndarray], retrieval: PhaseRetrieval, block: int = BLOCK
) -> Iterator[np.ndarray]:
    """Blocks (samples,) float32 of frames that arrive in parts (any, n_fft / 2), close to `reconstruct` of them all.

    Frames at the end that do not fill a block are dropped.
    """
    blocks = stream_channels(magnitudes, lambda magnitude: Target(magnitude, MONO_GAIN), retrieval, block)
    return (samples for (samples,) in blocks)


def stream_channels(
    frames: Iterable[np.ndarray], split: Split, retrieval: PhaseRetrieval, block: int = BLOCK, seed: int = 0
) -> Iterator[np.ndarray]:
    """Blocks (channels, samples) of encoded frames that arrive in parts (any, ...), as `stream_mono`.

    `split` returns what encoded frames stand for. Where there is no sound, phases are random, drawn from `seed`.
    """
    n_fft, hop = retrieval.n_fft, retrieval.hop
    ahead, reach = _CONTEXT * n_fft // hop, n_fft // hop // 2  # frames; a frame extends `reach` hops to each side
    block = max(block, ahead)
    common = np.zeros((0, n_fft // 2), np.complex64)  # stored spectrum of the sum of channels
    stored: list[np.ndarray] = []  # stored spectrum of each channel
    for number, part in enumerate(_overlapping(frames, block, ahead)):
        magnitude, gains, known = split(part)
        fixed = len(common)
        whole, first = np.concatenate([np.abs(common), magnitude]), np.angle(shift_phase_origin(common))
        first = first if known is None else np.concatenate([first, known])
        spectrum = retrieval.initial(whole, first, seed * _SEED_STEP + number)
        gains = np.broadcast_to(gains, (len(gains), *magnitude.shape))
        final = [
            _continued(before, spectrum[fixed:] * gain, magnitude * np.abs(gain), retrieval)[: fixed + block]
            for before, gain in zip(stored or [common] * len(gains), gains, strict=True)
        ]
        samples = np.stack([retrieval.clip(channel) for channel in final])
        yield samples[:, max(fixed - reach, 0) * hop : (fixed + block - reach) * hop]
        stored = [channel[-ahead:] for channel in final]
        common = (np.conj(gains[:, block - ahead : block]) * np.stack(stored)).mean(axis=0)  # the gains removed


def _continued(
    before: np.ndarray, spectrum: np.ndarray, magnitude: np.ndarray, retrieval: PhaseRetrieval
) -> np.ndarray:
    """The stored frames of one channel unchanged, and after them `spectrum` with refined phases."""
    whole, target = np.concatenate([before, spectrum]), np.concatenate([np.abs(before), magnitude])
    return retrieval.refined(whole, target, len(before))


def _overlapping(parts: Iterable[np.ndarray], block: int, ahead: int) -> Iterator[np.ndarray]:
    """Cut rows that arrive in parts into pieces of `block` + `ahead` rows, one every `block` rows."""
    waiting: list[np.ndarray] = []
    for part in parts:
        waiting.append(part)
        if sum(map(len, waiting)) < block + ahead:
            continue
        rows = np.concatenate(waiting)
        while len(rows) >= block + ahead:
            yield rows[: block + ahead]
            rows = rows[block:]
        waiting = [rows]
