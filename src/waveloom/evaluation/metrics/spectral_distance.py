"""Distances between time-averaged log spectra: of the two sets' means, and of each sound to its nearest real one."""

import numpy as np
from scipy.spatial.distance import cdist

from waveloom.audio.report_spectra import average_spectra
from waveloom.evaluation.metrics import Reference, Sounds
from waveloom.evaluation.points import Part

SPACE = "clips"
MEANING = (
    "Spectral distance: how different the spectra are, in dB per frequency bin (Euclidean) and in shape, whatever the "
    "loudness (cosine): mean compares the average of each set, nearest every sound with the real one most like it."
)
BETTER = {
    "spectral_mean_euclidean_db": "lower",
    "spectral_mean_cosine": "lower",
    "spectral_nearest_euclidean_db": "lower",
    "spectral_nearest_cosine": "lower",
}


def score(judged: Part[Sounds], against: Reference) -> dict[str, float]:
    """Compare the spectra of two sets: (n, bins) each, in dB."""
    means = [part.each(_spectra).mean(axis=0, keepdims=True) for part in (against.real, judged)]
    return {
        "spectral_mean_euclidean_db": float(_rms(*means)[0, 0]),
        "spectral_mean_cosine": float(_angle(*means)[0, 0]),
        "spectral_nearest_euclidean_db": float(judged.between(against.real, _rms, _spectra).min(axis=1).mean()),
        "spectral_nearest_cosine": float(judged.between(against.real, _angle, _spectra).min(axis=1).mean()),
    }


def _spectra(sounds: Sounds) -> np.ndarray:
    return average_spectra(sounds.clips)


def _rms(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    # Divided by the root of the number of bins: a root-mean-square difference in dB, whatever the window's length.
    return cdist(a, b) / np.sqrt(a.shape[1])


def _angle(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """1 - cosine of the angle between spectra, each about its own mean level: 0 for one shape, 1 for unrelated ones."""
    # About zero instead, all spectra point the same way, and white noise is "nearer" to real sounds than they are.
    unit_a, unit_b = (_unit(x - x.mean(axis=1, keepdims=True)) for x in (a, b))
    # Half the squared chord between unit vectors is 1 - cosine, without its cancellation near zero.
    return cdist(unit_a, unit_b, "sqeuclidean") / 2


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
