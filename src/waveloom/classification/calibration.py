"""From scores to probabilities that mean what they say: one temperature (Guo et al. 2017, arXiv 1706.04599)."""

import numpy as np

_RANGE = (-6.0, 6.0)  # of the temperature's logarithm


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities (n, labels) of scores (n, labels): positive, 1 a row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def by_recording(probable: np.ndarray, recordings: np.ndarray) -> np.ndarray:
    """Mean over the clips (n, labels) of each recording, numbered by `recordings` (n,) from 0: (m, labels)."""
    sums = np.zeros((recordings.max(initial=-1) + 1, probable.shape[1]))
    np.add.at(sums, recordings, probable)
    return sums / np.bincount(recordings, minlength=len(sums))[:, None]


def temperature(scores: np.ndarray, recordings: np.ndarray, classes: np.ndarray) -> float:
    """Find what to divide scores by, so that the recordings' classes (m,) are likeliest; scores must be out of fold.

    As Platt (1999) has it, the answers wished for are those of Laplace's rule rather than certain: a few recordings
    that are all named rightly do not make sure of the next.
    """
    from scipy.optimize import minimize_scalar

    count = scores.shape[1]
    wished = np.full((len(classes), count), 1 / (len(classes) + count))
    wished[np.arange(len(classes)), classes] += len(classes) / (len(classes) + count)

    def surprise(logarithm: float) -> float:
        probable = by_recording(softmax(scores / np.exp(logarithm)), recordings)
        return float(-(wished * np.log(np.maximum(probable, 1e-12))).sum(axis=1).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=_RANGE, method="bounded").x))
