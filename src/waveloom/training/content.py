"""Agreement of two sounds in their notes and onsets, independent of their timbre."""

from dataclasses import dataclass, replace

import numpy as np

from waveloom.features import Features
from waveloom.features.analysis import Analysis
from waveloom.features.groups import chroma, rhythm

DEPTH_DB = 50.0  # frames this far below the loudest of their clip are silent


@dataclass(frozen=True)
class Content:
    """Chroma of n clips (n, frames, 12), unit norm in each frame, 0 in silent ones; onset strength (n, frames)."""

    chroma: np.ndarray
    onsets: np.ndarray


def content(clips: np.ndarray, rate_hz: int, features: Features) -> Content:
    """Measure clips (n, samples) in the frames that `features` defines."""
    config = replace(features, groups=("chroma", "rhythm"), floor_db=None, tuning=0.0)
    analysis = Analysis(clips, rate_hz, config, double_precision=False)
    classes = np.stack(list(chroma.measure(analysis).values()), axis=2)
    energy = analysis.power.sum(axis=2)
    classes[energy <= energy.max(axis=1, keepdims=True) * 10 ** (-DEPTH_DB / 10)] = 0
    norms = np.linalg.norm(classes, axis=2, keepdims=True)
    return Content(classes / np.maximum(norms, 1e-9), rhythm.measure(analysis)["onset_strength"])


def similarity(a: Content, b: Content) -> np.ndarray:
    """Mean of the chroma's cosine and the onsets' correlation of each clip with its counterpart: (n,), at most 1.

    A frame in which only one of both sounds counts as cosine 0, and onset strength that does not vary as correlation 0,
    unless that is so in both.
    """
    sounding = a.chroma.any(axis=2) | b.chroma.any(axis=2)
    frames = sounding.sum(axis=1)
    cosines = (a.chroma * b.chroma).sum(axis=(1, 2))
    notes = np.where(frames > 0, cosines / np.maximum(frames, 1), 1.0)
    return (notes + _correlation(a.onsets, b.onsets)) / 2


def _correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Correlation coefficient of each row of (n, frames) with its counterpart."""
    a, b = (rows - rows.mean(axis=1, keepdims=True) for rows in (a, b))
    norms = np.linalg.norm(a, axis=1), np.linalg.norm(b, axis=1)
    both_constant = (norms[0] < 1e-9) & (norms[1] < 1e-9)
    return np.where(both_constant, 1.0, (a * b).sum(axis=1) / np.maximum(norms[0] * norms[1], 1e-9))
