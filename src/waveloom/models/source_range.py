"""Which sounds a translator was trained on, as a few numbers in its model file, and how unlike them a sound is.

A clip is described by the means and deviations over time of cepstral coefficients of its levels. A sound is atypical if
most of its clips lie further from every domain's mean than clips of recordings that were held out.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import scipy.fft

from waveloom.audio.mel_filters import averaging_filters
from waveloom.representations._level import level_to_magnitude

MAX_CLIPS = 4000  # that the statistics are fitted to
_BANDS, _MEANS, _DEVIATIONS = 40, 12, 6  # mel bands; cepstral coefficients of which means, deviations are used
_SIZE = _MEANS + _DEVIATIONS
_DEPTH_DB = 60.0  # levels further below the loudest band of the clip count as this
_SOUNDING_DB = 40.0  # frames further below the loudest frame are left out
_LEAST_DB = 8.0  # above the floor: quieter frames are left out
_LEAST_FRAMES = 4
_FOLDS = 5
_QUANTILE = 0.99  # of the distances of held-out clips: the limit of what is typical
_REGULARISATION = 4e-4  # added to variances, in squares of the levels' unit
_LOUD = 0.95  # quantile over frames: the level of a clip is that of its loud frames
_QUIETEST, _LOUDEST = 0.1, 0.999  # quantiles over clips: the range of levels


def fit_source_range(
    levels: np.ndarray, domains: np.ndarray, groups: Sequence[Any], rate_hz: int, range_db: float
) -> dict[str, Any]:
    """Describe encoded training clips (n, frames, bins) for `spec["source_statistics"]`; domains and groups are (n,).

    `means` are those of each domain, `whitening` maps differences to distances, `limit` is the distance of the most
    atypical of held-out clips (by cross-validation over groups), and `level_db` the range of their levels.
    """
    rows = np.linspace(0, len(levels) - 1, min(len(levels), MAX_CLIPS)).astype(int)
    vectors = np.concatenate([clip_vectors(levels[part], rate_hz, range_db) for part in np.array_split(rows, 64)])
    loud = np.array([clip_level_db(levels[row], range_db) for row in rows])
    usable = ~np.isnan(vectors).any(axis=1)
    if not usable.any():
        return {}
    vectors, domains = vectors[usable], np.asarray(domains)[rows][usable]
    _, numbers = np.unique(np.asarray(groups)[rows][usable], return_inverse=True)
    held_out = [_held_out_distances(vectors, domains, numbers % _FOLDS == fold) for fold in range(_FOLDS)]
    means, whitening = _fit(vectors, domains)
    return {
        "means": means.round(5).tolist(),
        "whitening": whitening.round(4).tolist(),
        "limit": round(float(np.quantile(np.concatenate(held_out), _QUANTILE)), 4),
        "level_db": np.quantile(loud[usable], (_QUIETEST, _LOUDEST)).round(1).tolist(),
    }


def atypicality(statistics: dict[str, Any], vectors: np.ndarray) -> np.ndarray:
    """Distance of clips' vectors (n, 18) to the nearest domain, as a share of the limit: (n,); above 1 is atypical."""
    return _distances(vectors, np.array(statistics["means"]), np.array(statistics["whitening"])) / statistics["limit"]


def clip_vectors(levels: np.ndarray, rate_hz: int, range_db: float) -> np.ndarray:
    """Describe encoded clips (n, frames, bins) independently of their level: (n, 18), NaN for silent clips."""
    return np.array([_vector(clip, rate_hz, 2 / range_db) for clip in levels]).reshape(-1, _SIZE)


def clip_level_db(levels: np.ndarray, range_db: float) -> float:
    """Root mean square of the samples in the loud frames of an encoded clip (frames, bins), in dBFS."""
    n_fft = 2 * levels.shape[1]
    magnitudes = level_to_magnitude(levels, n_fft, range_db)
    powers = np.square(magnitudes).sum(axis=1) * (2 / (n_fft * 0.375 * n_fft))  # the Hann window has a power of 3/8
    return loud_level_db(powers)


def loud_level_db(powers: np.ndarray) -> float:
    """Level of the loud ones of short stretches of sound, from their mean squares (n,): dBFS, -200 for silence."""
    return float(10 * np.log10(max(np.quantile(powers, _LOUD), 1e-20)))


def _vector(levels: np.ndarray, rate_hz: int, per_db: float) -> np.ndarray:
    """`clip_vectors` of one clip; `per_db` is the difference of levels that is one decibel."""
    loudest = levels.max(axis=1)
    sounding = loudest > max(loudest.max() - _SOUNDING_DB * per_db, -1 + _LEAST_DB * per_db)
    if sounding.sum() < _LEAST_FRAMES:
        return np.full(_SIZE, np.nan)
    filters, cosines = _matrices(levels.shape[1], rate_hz)
    bands = levels[sounding] @ filters
    cepstra = np.maximum(bands - bands.max(), -_DEPTH_DB * per_db) @ cosines
    return np.concatenate([cepstra.mean(axis=0)[:_MEANS], cepstra.std(axis=0)[:_DEVIATIONS]])


@lru_cache(maxsize=4)
def _matrices(bins: int, rate_hz: int) -> tuple[np.ndarray, np.ndarray]:
    """Mel filters (bins, 40), and the first cosines without the constant one (40, 12)."""
    cosines = scipy.fft.dct(np.eye(_BANDS), axis=1, norm="ortho")[:, 1 : 1 + _MEANS]
    return averaging_filters(_BANDS, 2 * bins, rate_hz), cosines.astype(np.float32)


def _held_out_distances(vectors: np.ndarray, domains: np.ndarray, held_out: np.ndarray) -> np.ndarray:
    """Distances of the clips that are held out to the statistics of the others; none if either set is empty."""
    if not held_out.any() or held_out.all():
        return _distances(vectors, *_fit(vectors, domains)) if held_out.all() else np.zeros(0)
    return _distances(vectors[held_out], *_fit(vectors[~held_out], domains[~held_out]))


def _fit(vectors: np.ndarray, domains: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean of each domain (domains, 18), and a matrix (18, 18) that makes their common deviations white.

    With few clips the covariance is shrunk towards its diagonal.
    """
    names, numbers = np.unique(domains, return_inverse=True)
    means = np.stack([vectors[numbers == number].mean(axis=0) for number in range(len(names))])
    rest = vectors - means[numbers]
    covariance = rest.T @ rest / len(rest)
    share = _SIZE / (_SIZE + len(rest))
    covariance = (1 - share) * covariance + np.diag(share * np.diag(covariance) + _REGULARISATION)
    return means, np.linalg.cholesky(np.linalg.inv(covariance))


def _distances(vectors: np.ndarray, means: np.ndarray, whitening: np.ndarray) -> np.ndarray:
    """Root mean square of the white difference to the nearest mean: (n, 18) -> (n,)."""
    return np.min([np.sqrt(np.square((vectors - mean) @ whitening).mean(axis=1)) for mean in means], axis=0)
