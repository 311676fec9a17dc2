"""Timbre as machines measure it: mel-frequency cepstra, and how they move."""

import numpy as np

from waveloom.features.analysis import Analysis
from waveloom.features.mfcc import cepstra, deltas

EXACT = False


def measure(analysis: Analysis) -> dict[str, np.ndarray]:
    """Coefficients and their first and second slope over time, (n, frames) each; librosa's `mfcc` and `delta`."""
    coefficients = cepstra(analysis.decibels, analysis.config)
    slopes = deltas(coefficients, analysis.config)
    kinds = {"": coefficients, "_delta": slopes[:, 0], "_delta2": slopes[:, 1]}
    return {f"mfcc_{k:02d}{kind}": values[:, k] for kind, values in kinds.items() for k in range(values.shape[1])}
