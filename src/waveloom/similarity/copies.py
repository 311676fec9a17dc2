"""Is a sound a copy of another, be it shifted in time or of another loudness."""

import numpy as np
import scipy.fft
from threadpoolctl import threadpool_limits

from waveloom.audio.mel_filters import summing_filters
from waveloom.audio.report_spectra import WINDOW, power

BANDS = 64  # mel
_LOWEST_HZ = 40.0
FRAMES = 256  # of a clip, at most: longer ones are compared more coarsely in time, so that many still have room
DEPTH_DB = 40.0  # below a clip's loudest moment; what is softer is not compared
_CANDIDATES = 8  # looked at closely, chosen by what a shift in time leaves as it is
_CHUNK = 32  # clips held as spectrograms at once


@threadpool_limits.wrap(limits=1)  # products this small wait a hundred times longer for a second thread than they take
def nearest_copy(clips: np.ndarray, others: np.ndarray, rate_hz: int) -> tuple[np.ndarray, np.ndarray]:
    """Find for each of clips (n, samples) the one of `others` (m, samples) most like it: its number, and how like.

    Likeness is the largest correlation, over all shifts in time, of the two log spectrograms in 64 bands, each
    relative to its own loudest moment and about its own mean: 1 for a copy, whatever its loudness; (n,), (n,).
    """
    return nearest_print(prints(clips, rate_hz), prints(others, rate_hz))


def prints(clips: np.ndarray, rate_hz: int) -> np.ndarray:
    """What is compared: unit spectra over time of band levels, (n, bands, frequencies) complex64; 0 for silence."""
    starts = range(0, len(clips), _CHUNK)
    return np.concatenate([from_levels(levels(clips[start : start + _CHUNK], rate_hz)) for start in starts])


def nearest_print(
    ours: np.ndarray, theirs: np.ndarray, barred: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Find for each print (n, bands, frequencies) the most like of `theirs` (m, ...): its number and likeness.

    Pairs that are `barred` (n, m) are not looked at, but for prints with which all are.
    """
    still_a, still_b = (np.abs(x).reshape(len(x), -1) for x in (ours, theirs))
    count = min(_CANDIDATES, len(theirs))
    alike = still_a @ still_b.T
    if barred is not None:
        alike[barred] = -1
    chosen = np.argpartition(-alike, count - 1, axis=1)[:, :count]
    likeness = np.stack([_correlation(one, theirs[rows]) for one, rows in zip(ours, chosen, strict=True)])
    if barred is not None:
        others = ~barred.all(axis=1, keepdims=True)
        likeness[np.take_along_axis(barred, chosen, axis=1) & others] = -1
    best = likeness.argmax(axis=1)
    rows = np.arange(len(ours))
    return chosen[rows, best], likeness[rows, best]


def levels(clips: np.ndarray, rate_hz: int) -> np.ndarray:
    """Levels in dB below a clip's loudest, -`DEPTH_DB` to 0: (n, samples) -> (n, frames, bands); 0 for silence."""
    bands = _coarser(power(clips) @ summing_filters(BANDS, WINDOW, rate_hz, _LOWEST_HZ))  # (n, frames, bands)
    found = 10 * np.log10(np.maximum(bands, 1e-12))
    found = np.maximum(found - found.max(axis=(1, 2), keepdims=True), -DEPTH_DB)
    found[bands.max(axis=(1, 2)) <= 1e-8] = 0  # silence is a copy of nothing
    return found


def _coarser(bands: np.ndarray) -> np.ndarray:
    """Average (n, frames, bands) over as many frames as leaves at most `FRAMES`."""
    frames = bands.shape[1]
    first = np.arange(0, frames, -(-frames // FRAMES))
    if len(first) == frames:
        return bands
    return np.add.reduceat(bands, first, axis=1) / np.diff(first, append=frames)[:, None].astype(np.float32)


def from_levels(levels: np.ndarray) -> np.ndarray:
    """The print of each clip's levels (n, frames, bands)."""
    levels = levels - levels.mean(axis=(1, 2), keepdims=True)
    levels /= np.maximum(np.linalg.norm(levels, axis=(1, 2), keepdims=True), 1e-9)
    # As much silence after it as it is long, so that a shift moves sound out and never round.
    length = 2 * scipy.fft.next_fast_len(levels.shape[1], real=True)
    return scipy.fft.rfft(levels.astype(np.float32), length, axis=1).swapaxes(1, 2).astype(np.complex64)


def _correlation(one: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The largest correlation over shifts of (bands, frequencies) with (m, bands, frequencies): (m,)."""
    return scipy.fft.irfft((np.conj(one) * others).sum(axis=1), axis=1).max(axis=1)
