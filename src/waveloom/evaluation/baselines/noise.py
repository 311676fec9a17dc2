"""Baseline of white noise."""

import numpy as np

from waveloom.evaluation.metrics import Sounds

TITLE = "White noise"
MEANING = "White noise resembles no sound of the set: the worst value to expect of every number."


def make(train: Sounds, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw each sample uniformly from [-0.95, 0.95], independently of the training sounds."""
    clips = np.random.default_rng(seed).uniform(-0.95, 0.95, (count, train.clips.shape[1]))
    return clips.astype(np.float32), np.full(count, "")
