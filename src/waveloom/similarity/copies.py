"""Similarity of two sounds at any shift in time and at any loudness, to find copies."""

import numpy as np
import scipy.fft
from threadpoolctl import threadpool_limits

from waveloom.audio.mel_filters import summing_filters
from waveloom.audio.report_spectra import WINDOW, power

BANDS = 64  # mel
_LOWEST_HZ = 40.0
MAX_FRAMES = 256  # of a clip; longer clips are compared at a coarser time resolution, to save memory
DEPTH_DB = 40.0  # range below a clip's loudest frame and band; levels below it are clamped
_CANDIDATES = 8  # compared at all shifts, chosen by the magnitudes of the spectra over time
_CHUNK = 32  # clips held as spectrograms at once


@threadpool_limits.wrap(limits=1)  # products this small take a hundredth of the wait for a second thread
def nearest_copy(clips: np.ndarray, others: np.ndarray, rate_hz: int) -> tuple[np.ndarray, np.ndarray]:
    """Find for each of clips (n, samples) the most similar of `others` (m, samples): its number and similarity.

    Similarity is the largest correlation, over all shifts in time, of the two log spectrograms in 64 bands, each
    relative to its maximum and with its mean removed: 1 for a copy, whatever its loudness; (n,), (n,).
    """
    return nearest_fingerprint(copy_fingerprints(clips, rate_hz), copy_fingerprints(others, rate_hz))


def copy_fingerprints(clips: np.ndarray, rate_hz: int) -> np.ndarray:
    """Fourier transforms over time of band levels, of unit norm: (n, bands, frequencies) complex64; 0 for silence."""
    starts = range(0, len(clips), _CHUNK)
    return np.concatenate([from_levels(band_levels(clips[start : start + _CHUNK], rate_hz)) for start in starts])


def nearest_fingerprint(
    fingerprints: np.ndarray, others: np.ndarray, excluded: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Find for each fingerprint (n, bands, frequencies) the most similar of `others` (m, ...): number and similarity.

    `excluded` pairs (n, m) are not compared, unless all pairs of a fingerprint are excluded.
    """
    # Magnitudes do not change with a shift in time, so they choose the candidates.
    shift_invariant, other_invariant = (np.abs(x).reshape(len(x), -1) for x in (fingerprints, others))
    count = min(_CANDIDATES, len(others))
    scores = shift_invariant @ other_invariant.T
    if excluded is not None:
        scores[excluded] = -1
    candidates = np.argpartition(-scores, count - 1, axis=1)[:, :count]
    pairs = zip(fingerprints, candidates, strict=True)
    similarity = np.stack([_correlation(fingerprint, others[rows]) for fingerprint, rows in pairs])
    if excluded is not None:
        comparable = ~excluded.all(axis=1, keepdims=True)
        similarity[np.take_along_axis(excluded, candidates, axis=1) & comparable] = -1
    best = similarity.argmax(axis=1)
    rows = np.arange(len(fingerprints))
    return candidates[rows, best], similarity[rows, best]


def band_levels(clips: np.ndarray, rate_hz: int) -> np.ndarray:
    """Band levels in dB relative to a clip's maximum, clamped at -`DEPTH_DB`: (n, samples) -> (n, frames, bands)."""
    bands = _limit_frames(power(clips) @ summing_filters(BANDS, WINDOW, rate_hz, _LOWEST_HZ))  # (n, frames, bands)
    levels = 10 * np.log10(np.maximum(bands, 1e-12))
    levels = np.maximum(levels - levels.max(axis=(1, 2), keepdims=True), -DEPTH_DB)
    levels[bands.max(axis=(1, 2)) <= 1e-8] = 0  # silence is no copy
    return levels


def _limit_frames(bands: np.ndarray) -> np.ndarray:
    """Average adjacent frames of (n, frames, bands), so that at most `MAX_FRAMES` are left."""
    frames = bands.shape[1]
    first = np.arange(0, frames, -(-frames // MAX_FRAMES))
    if len(first) == frames:
        return bands
    return np.add.reduceat(bands, first, axis=1) / np.diff(first, append=frames)[:, None].astype(np.float32)


def from_levels(levels: np.ndarray) -> np.ndarray:
    """Compute the fingerprint of each clip from its band levels (n, frames, bands)."""
    levels = levels - levels.mean(axis=(1, 2), keepdims=True)
    levels /= np.maximum(np.linalg.norm(levels, axis=(1, 2), keepdims=True), 1e-9)
    # Zero-padded to twice its length, so that shifts are not circular.
    length = 2 * scipy.fft.next_fast_len(levels.shape[1], real=True)
    return scipy.fft.rfft(levels.astype(np.float32), length, axis=1).swapaxes(1, 2).astype(np.complex64)


def _correlation(fingerprint: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The largest correlation, over all shifts, of (bands, frequencies) with (m, bands, frequencies): (m,)."""
    return scipy.fft.irfft((np.conj(fingerprint) * others).sum(axis=1), axis=1).max(axis=1)
