"""Mel-frequency cepstral coefficients and their deltas."""

import numpy as np

from waveloom.features.analysis import Analysis
from waveloom.features.mfcc import cepstra, deltas

DOUBLE_PRECISION = False


def measure(analysis: Analysis) -> dict[str, np.ndarray]:
    """MFCCs, deltas and second-order deltas, (n, frames) each; equal to `mfcc` and `delta` of librosa."""
    coefficients = cepstra(analysis.decibels, analysis.config)
    derivatives = deltas(coefficients, analysis.config)
    kinds = {"": coefficients, "_delta": derivatives[:, 0], "_delta2": derivatives[:, 1]}
    return {f"mfcc_{k:02d}{kind}": values[:, k] for kind, values in kinds.items() for k in range(values.shape[1])}
