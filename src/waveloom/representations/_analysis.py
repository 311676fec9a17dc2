"""STFT of a sound that arrives in blocks, with constant memory."""

from collections.abc import Iterable, Iterator

import numpy as np

from waveloom.audio.stft import hann, stft

_PART = 16  # frames, at least, that are computed at once


def spectra(blocks: Iterable[np.ndarray], n_fft: int, hop: int) -> Iterator[np.ndarray]:
    """STFT of blocks (channels, any) of one sound: parts (any, channels, n_fft / 2) complex64, without Nyquist bins.

    All parts together are those of `clip_to_stft` for each channel of the whole sound, which is filled with silence to
    a whole number of hops, and then the frames after its end that still overlap it.
    """
    before = (n_fft - hop) // 2
    after = n_fft - hop - before + n_fft // (2 * hop) * hop
    pending: np.ndarray | None = None
    samples = 0
    for block in blocks:
        pending = np.zeros((len(block), before), np.float32) if pending is None else pending
        pending, samples = np.concatenate([pending, block], axis=-1), samples + block.shape[-1]
        count = (pending.shape[-1] - n_fft) // hop + 1
        if count >= _PART:
            yield _stft(pending[:, : n_fft + (count - 1) * hop], n_fft, hop)
            pending = pending[:, count * hop :]
    if pending is not None and samples:
        whole = np.pad(pending, ((0, 0), (0, -samples % hop + after)))
        if whole.shape[-1] >= n_fft:
            yield _stft(whole, n_fft, hop)


def _stft(channels: np.ndarray, n_fft: int, hop: int) -> np.ndarray:
    """(channels, samples) -> (frames, channels, n_fft / 2)."""
    return stft(channels.astype(np.float32, copy=False), hann(n_fft), hop)[..., :-1].swapaxes(0, 1)
