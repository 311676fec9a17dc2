"""Our metrics compared with independent implementations on the same arrays."""

import contextlib
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from validation.degradations import Clips, add_noise
from validation.measure import embed, load, references_of
from waveloom.audio.store import ClipStore
from waveloom.evaluation.metrics import (
    Reference,
    diversity,
    frechet_distance,
    kernel_distance,
    precision_recall,
    two_sample,
)
from waveloom.evaluation.paired_metrics import si_sdr_db
from waveloom.evaluation.subset import Subset

SPACE, NOISE_DB, K = "mfcc", 20.0, 5
COLUMNS = 60  # of the table: fewer than sounds, or POT takes the root of a negative number
Theirs = Callable[[np.ndarray, np.ndarray], dict[str, float]]


def compare(store: ClipStore, folder: Path) -> pd.DataFrame:
    """Compare real sounds with noisy ones by both implementations: number, ours, theirs, and name of theirs."""
    sets = references_of(store)
    embedders = {SPACE: load(sets["train"].clips, store.rate_hz)[0][SPACE]}
    noisy = add_noise(sets["other"], NOISE_DB)
    count = min(len(noisy.clips), len(sets["real"].clips))
    pair = evaluated, real = tuple(
        embed(embedders, some, folder)[1][SPACE][:count, :COLUMNS] for some in (noisy, sets["real"])
    )
    ours = {**_ours(evaluated, real), "si_sdr_db": float(si_sdr_db(sets["other"].clips, noisy.clips).mean())}
    rows = [row for title, theirs in PACKAGES.items() for row in _rows(ours, title, theirs(*map(_double, pair)))]
    rows += _rows(ours, SI_SDR, _fast_bss_eval(sets["other"], noisy))
    return pd.DataFrame(rows)


def _ours(evaluated: np.ndarray, real: np.ndarray) -> dict[str, float]:
    parts = [Subset(points, np.full(len(points), "")) for points in (evaluated, real)]
    reference = Reference(real=parts[1], train=parts[1])
    modules = (frechet_distance, kernel_distance, precision_recall, two_sample, diversity)
    return {number: value for module in modules for number, value in module.score(parts[0], reference).items()}


def _rows(ours: dict[str, float], title: str, theirs: dict[str, float]) -> list[dict[str, Any]]:
    return [{"number": name, "ours": ours[name], "theirs": theirs[name], "whose": title} for name in theirs]


def _double(points: np.ndarray) -> np.ndarray:
    return points.astype(np.float64)


def _pot(evaluated: np.ndarray, real: np.ndarray) -> dict[str, float]:
    os.environ["POT_BACKEND_DISABLE_TENSORFLOW"] = "1"
    from ot.gaussian import bures_wasserstein_distance

    means, covariances = zip(*((rows.mean(axis=0), np.cov(rows.T)) for rows in (evaluated, real)), strict=True)
    return {"frechet_distance": float(bures_wasserstein_distance(*means, *covariances)) ** 2}


def _scikit_learn_kernel(evaluated: np.ndarray, real: np.ndarray) -> dict[str, float]:
    from scipy.spatial.distance import pdist
    from sklearn.metrics.pairwise import rbf_kernel

    gamma = 1 / (2 * np.median(pdist(real)) ** 2)
    own, other = (rbf_kernel(x, x, gamma)[~np.eye(len(x), dtype=bool)].mean() for x in (evaluated, real))
    return {"kernel_distance": 100 * float(own + other - 2 * rbf_kernel(evaluated, real, gamma).mean())}


def _prdc(evaluated: np.ndarray, real: np.ndarray) -> dict[str, float]:
    from prdc import compute_prdc

    with contextlib.redirect_stdout(io.StringIO()):
        return {name: float(value) for name, value in compute_prdc(real, evaluated, K).items()}


def _scikit_learn_neighbour(evaluated: np.ndarray, real: np.ndarray) -> dict[str, float]:
    from sklearn.model_selection import LeaveOneOut, cross_val_score
    from sklearn.neighbors import KNeighborsClassifier

    points, sides = np.concatenate([evaluated, real]), np.repeat([0, 1], [len(evaluated), len(real)])
    return {
        "two_sample_accuracy": float(cross_val_score(KNeighborsClassifier(1), points, sides, cv=LeaveOneOut()).mean())
    }


def _scipy_distances(evaluated: np.ndarray, real: np.ndarray) -> dict[str, float]:
    from scipy.spatial.distance import pdist

    return {
        "diversity": float(pdist(evaluated).mean()),
        "diversity_ratio": float(pdist(evaluated).mean() / pdist(real).mean()),
    }


def _fast_bss_eval(before: Clips, after: Clips) -> dict[str, float]:
    from fast_bss_eval.numpy import si_sdr  # the package's own choice of back end asks for torch

    pairs = zip(before.clips.astype(float), after.clips.astype(float), strict=True)
    return {"si_sdr_db": float(np.mean([si_sdr(clean[None], noisy[None], zero_mean=True) for clean, noisy in pairs]))}


SI_SDR = "fast-bss-eval 0.1, si_sdr with zero_mean"
PACKAGES: dict[str, Theirs] = {
    "POT 0.9, squared Bures-Wasserstein distance of Gaussians": _pot,
    "scikit-learn rbf_kernel, SciPy median of pdist, the formula of arXiv 2502.15602": _scikit_learn_kernel,
    "prdc 0.2, by the authors of density and coverage": _prdc,
    "scikit-learn KNeighborsClassifier, leave one out": _scikit_learn_neighbour,
    "SciPy, mean of pdist": _scipy_distances,
}
