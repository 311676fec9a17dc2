"""A network over frames of any number: overlapping windows, of which only the inner part is used."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

WINDOW = 256  # frames per call of the network; a multiple of 4, as every number below
CONTEXT = 32  # frames at each end whose output is not used, since the network does not see what surrounds them
FADE = 8  # frames of cross-fade, for networks that depend on frames further away
STEP = WINDOW - 2 * CONTEXT - FADE  # frames from one window to the next

Network = Callable[[np.ndarray], np.ndarray]  # levels (WINDOW, channels, bins) -> levels of the same shape
Analysed = tuple[np.ndarray, np.ndarray]  # spectra and levels, (n, channels, bins)
Translated = tuple[np.ndarray, np.ndarray, np.ndarray]  # the same, and the network's levels


def translate_windows(parts: Iterable[Analysed], network: Network) -> Iterator[Translated]:
    """Run the network over all frames; each is returned with its translated levels, `STEP` frames at a time.

    The sound is surrounded by silence. The result does not depend on where windows begin if the output of the network
    at a frame depends on at most `CONTEXT` frames to each side.
    """
    tail: np.ndarray | None = None
    for spectra, levels, count in _windows(parts):
        output = network(levels)[CONTEXT : CONTEXT + STEP + FADE]
        inner = output[:STEP].copy()
        if tail is not None:
            share = ((np.arange(FADE, dtype=np.float32) + 0.5) / FADE)[:, None, None]
            inner[:FADE] = tail + share * (inner[:FADE] - tail)
        tail = output[STEP:]
        yield spectra[:count], levels[CONTEXT : CONTEXT + count], inner[:count]


def _windows(parts: Iterable[Analysed]) -> Iterator[tuple[np.ndarray, np.ndarray, int]]:
    """Cut frames into windows: the spectra of `STEP` frames, the levels of `WINDOW` frames, frames of the sound.

    The inner part of a window begins `CONTEXT` frames after its levels; the number of frames is `STEP` but at the end.
    """
    spectra: np.ndarray | None = None
    for new_spectra, new_levels in parts:
        if spectra is None:
            spectra, levels = new_spectra[:0], np.full((CONTEXT, *new_levels.shape[1:]), -1, np.float32)
        spectra, levels = np.concatenate([spectra, new_spectra]), np.concatenate([levels, new_levels])
        while len(levels) >= WINDOW:
            yield spectra[:STEP], levels[:WINDOW], STEP
            spectra, levels = spectra[STEP:], levels[STEP:]
    while spectra is not None and len(spectra):
        padded = np.pad(levels, ((0, max(WINDOW - len(levels), 0)), (0, 0), (0, 0)), constant_values=-1)
        yield spectra[:STEP], padded[:WINDOW], min(STEP, len(spectra))
        spectra, levels = spectra[STEP:], levels[STEP:]
