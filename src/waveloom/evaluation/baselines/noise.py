"""What no one would call a sound of the corpus."""

import numpy as np

from waveloom.evaluation.metrics import Sounds

TITLE = "White noise"
MEANING = "White noise is what no one would take for a sound of the set: the far end of every number."


def make(train: Sounds, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw each sample evenly from what a clip may hold, whatever the training sounds."""
    clips = np.random.default_rng(seed).uniform(-0.95, 0.95, (count, train.clips.shape[1]))
    return clips.astype(np.float32), np.full(count, "")
