"""Mean distance between two sounds of a set: of all sounds, of one label, and of two labels."""

import numpy as np

from waveloom.evaluation.metrics import ABSENT, NotMeasuredError, Reference
from waveloom.evaluation.metrics._distances import EmbeddingRows, squared_distances

SPACE = "embedding"
MEANING = (
    "Diversity: the mean Euclidean distance between two sounds of a set; its ratio to that of the real set is far "
    "below 1 if the generator repeats itself (mode collapse). Within: the ratio for sounds of one label, averaged "
    "over labels; across: for sounds of two labels, far below 1 if labels are blended."
)
BETTER = {
    "diversity": "closer to floor",
    "diversity_ratio": "closer to 1",
    "diversity_within": "closer to 1",
    "diversity_across": "closer to 1",
}
LEAST = 2  # sounds in each set


def score(evaluated: EmbeddingRows, reference: Reference) -> dict[str, float | str]:
    """Compare mean pairwise distances with those of the real set."""
    if min(len(evaluated), len(reference.real)) < LEAST:
        raise NotMeasuredError("it needs at least 2 sounds in each set")
    evaluated_distance, real_distance = evaluated.cached(_mean_distance), reference.real.cached(_mean_distance)
    if real_distance == 0:
        raise NotMeasuredError("all real sounds have the same embedding")
    return {
        "diversity": evaluated_distance,
        "diversity_ratio": evaluated_distance / real_distance,
        **_by_label(evaluated, reference.real),
    }


def _mean_distance(rows: EmbeddingRows) -> float:
    return float(_distances(rows)[np.triu_indices(len(rows), 1)].mean(dtype=np.float64))


def _by_label(evaluated: EmbeddingRows, real: EmbeddingRows) -> dict[str, float | str]:
    shared = sorted(set(evaluated.labels) & set(real.labels) - {""})
    evaluated_distances, real_distances = (_label_distances(subset, shared) for subset in (evaluated, real))
    same_label, two_labels = np.eye(len(shared), dtype=bool), np.triu(np.ones((len(shared),) * 2, bool), 1)
    return {
        "diversity_within": _ratio(evaluated_distances, real_distances, same_label),
        "diversity_across": _ratio(evaluated_distances, real_distances, two_labels),
    }


def _ratio(evaluated: np.ndarray, real: np.ndarray, mask: np.ndarray) -> float | str:
    mask = mask & np.isfinite(evaluated) & np.isfinite(real)
    if not mask.any():
        return f"{ABSENT}too few labelled sounds in both sets"
    real_mean = float(real[mask].mean())
    return (
        float(evaluated[mask].mean()) / real_mean
        if real_mean > 0
        else f"{ABSENT}real sounds of these labels are all the same"
    )


def _label_distances(part: EmbeddingRows, labels: list[str]) -> np.ndarray:
    """Mean distance between sounds of each pair of labels, (labels, labels), NaN if there is no such pair."""
    is_labelled = (part.labels[:, None] == np.array(labels, str)).astype(np.float64)  # (n, labels)
    sums, sizes = is_labelled.T @ part.cached(_distances) @ is_labelled, is_labelled.sum(axis=0)
    pairs = np.outer(sizes, sizes) - np.diag(sizes)
    return np.divide(sums, pairs, out=np.full(sums.shape, np.nan), where=pairs > 0)


def _distances(rows: EmbeddingRows) -> np.ndarray:
    return np.sqrt(rows.pairwise(rows, squared_distances))
