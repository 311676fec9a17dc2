"""Agreement of the pitch classes of output and source."""

import numpy as np

from waveloom.evaluation.translation.sound import Sound
from waveloom.features import Features
from waveloom.features.analysis import Analysis
from waveloom.features.groups import chroma

AGAINST = "source"
MEANING = (
    "Chroma cosine: cosine of the angle between the 12 chroma values of output and source in each frame, averaged over "
    "the frames in which either sounds. It ignores octaves. The true target does not reach 1, since partials of "
    "another instrument also count as pitch classes."
)
BETTER = {"chroma_cosine": "higher"}
UNITS = {"chroma_cosine": ""}
DEPTH_DB = 50.0  # frames this far below the loudest are silent
_CONFIG = Features(groups=("chroma",), floor_db=None, tuning=0.0)  # estimates of the tuning could differ in both sounds


def score(output: Sound, reference: Sound) -> dict[str, float]:
    """Average the cosine over frames; a frame in which only one of both sounds counts as 0."""
    found, expected = output.measured(unit_chroma), reference.measured(unit_chroma)
    sounding = found.any(axis=1) | expected.any(axis=1)
    if not sounding.any():
        return {"chroma_cosine": 1.0}
    return {"chroma_cosine": float(np.sum(found * expected, axis=1)[sounding].mean())}


def unit_chroma(sound: Sound) -> np.ndarray:
    """Chroma of each frame with unit norm, (frames, 12); zeros in silent frames."""
    analysis = Analysis(sound.samples[None], sound.rate_hz, _CONFIG, double_precision=False)
    values = np.stack([value[0] for value in chroma.measure(analysis).values()], axis=1)
    energy = analysis.power[0].sum(axis=1)
    values[energy <= energy.max(initial=0.0) * 10 ** (-DEPTH_DB / 10)] = 0
    return values / np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-9)
