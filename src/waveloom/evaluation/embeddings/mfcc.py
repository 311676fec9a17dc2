"""The feature table as an embedding: always available, and the same numbers as the validation during training."""

from importlib.metadata import version as installed

import numpy as np

from waveloom.features import Features
from waveloom.features.table import clip_features

MEANING = (
    "mfcc: the columns of the feature table, which are means and deviations over time of mel-frequency cepstral "
    "coefficients, their slopes and the other groups of features.groups, standardised by the training split."
)
STANDARDISE = True


def missing() -> str:
    """Always "": it needs nothing besides waveloom."""
    return ""


def version() -> str:
    """The version of waveloom; the settings are the parameters of the section features."""
    return f"waveloom {installed('waveloom')}"


def embed(clips: np.ndarray, rate_hz: int, features: Features) -> np.ndarray:
    """Compute the row of the feature table for each clip: (n, samples) -> (n, columns) float32."""
    return clip_features(clips, rate_hz, features).to_numpy(np.float32)
