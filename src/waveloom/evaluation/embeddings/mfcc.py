"""The feature table as an embedding: always there, the same numbers that training is watched by."""

from importlib.metadata import version as installed

import numpy as np

from waveloom.features import Features
from waveloom.features.table import clip_features

MEANING = (
    "mfcc: the columns of the feature table, which are means and deviations over time of mel-frequency cepstra, their "
    "slopes and whatever else features.groups asks for, standardised by the training split."
)
STANDARDISE = True


def missing() -> str:
    """Say that nothing is."""
    return ""


def version() -> str:
    """Name the library that computes it; its knobs are the parameters of the section features."""
    return f"waveloom {installed('waveloom')}"


def embed(clips: np.ndarray, rate_hz: int, features: Features) -> np.ndarray:
    """Describe each clip by a row of the feature table: (n, samples) -> (n, columns) float32."""
    return clip_features(clips, rate_hz, features).to_numpy(np.float32)
