"""Calibrated probabilities by temperature scaling (Guo et al. 2017, arXiv 1706.04599)."""

import numpy as np

_LOG_RANGE = (-6.0, 6.0)  # search range of the logarithm of the temperature


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities (n, labels) of scores (n, labels); each row sums to 1."""
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def mean_probabilities(probabilities: np.ndarray, recordings: np.ndarray) -> np.ndarray:
    """Average the probabilities of clips (n, labels) over each recording: (recordings, labels).

    `recordings` (n,) holds the number, from 0, of the recording that each clip belongs to.
    """
    sums = np.zeros((recordings.max(initial=-1) + 1, probabilities.shape[1]))
    np.add.at(sums, recordings, probabilities)
    return sums / np.bincount(recordings, minlength=len(sums))[:, None]


def temperature(scores: np.ndarray, recordings: np.ndarray, classes: np.ndarray) -> float:
    """Temperature that maximises the likelihood of the classes (recordings,); scores (n, labels) must be out of fold.

    Targets are smoothed by Laplace's rule of succession, as in Platt (1999): a few recordings that are all classified
    correctly do not imply certainty about the next one.
    """
    from scipy.optimize import minimize_scalar

    count = scores.shape[1]
    targets = np.full((len(classes), count), 1 / (len(classes) + count))
    targets[np.arange(len(classes)), classes] += len(classes) / (len(classes) + count)

    def cross_entropy(log_temperature: float) -> float:
        probabilities = mean_probabilities(softmax(scores / np.exp(log_temperature)), recordings)
        return float(-(targets * np.log(np.maximum(probabilities, 1e-12))).sum(axis=1).mean())

    return float(np.exp(minimize_scalar(cross_entropy, bounds=_LOG_RANGE, method="bounded").x))
