"""Distances between time-averaged log spectra: of the means of two sets, and of each sound to its nearest real one."""

import numpy as np
from scipy.spatial.distance import cdist

from waveloom.audio.report_spectra import average_spectra
from waveloom.evaluation.metrics import Reference, Sounds
from waveloom.evaluation.subset import Subset

SPACE = "clips"
MEANING = (
    "Spectral distance between time-averaged spectra: Euclidean, in dB per frequency bin, and cosine, which ignores "
    "loudness. Mean compares the average spectra of the two sets; nearest averages the distance of every sound to the "
    "real sound with the nearest spectrum."
)
BETTER = {
    "spectral_mean_euclidean_db": "lower",
    "spectral_mean_cosine": "lower",
    "spectral_nearest_euclidean_db": "lower",
    "spectral_nearest_cosine": "lower",
}


def score(evaluated: Subset[Sounds], reference: Reference) -> dict[str, float]:
    """Compare the spectra of two sets: (n, bins) each, in dB."""
    means = [part.per_sound(_spectra).mean(axis=0, keepdims=True) for part in (reference.real, evaluated)]
    return {
        "spectral_mean_euclidean_db": float(_rms(*means)[0, 0]),
        "spectral_mean_cosine": float(_cosine(*means)[0, 0]),
        "spectral_nearest_euclidean_db": float(evaluated.pairwise(reference.real, _rms, _spectra).min(axis=1).mean()),
        "spectral_nearest_cosine": float(evaluated.pairwise(reference.real, _cosine, _spectra).min(axis=1).mean()),
    }


def _spectra(sounds: Sounds) -> np.ndarray:
    return average_spectra(sounds.clips)


def _rms(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    # Divided by the root of the number of bins: a root-mean-square difference in dB, whatever the window length.
    return cdist(a, b) / np.sqrt(a.shape[1])


def _cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """1 - cosine of the angle between spectra, each minus its mean level: 0 for equal shapes, 1 for unrelated ones."""
    # Without subtracting the mean, all spectra point the same way, and white noise would be nearer to real sounds than
    # other real sounds are.
    unit_a, unit_b = (_unit(x - x.mean(axis=1, keepdims=True)) for x in (a, b))
    # Half the squared chord between unit vectors is 1 - cosine, without its cancellation near zero.
    return cdist(unit_a, unit_b, "sqeuclidean") / 2


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
