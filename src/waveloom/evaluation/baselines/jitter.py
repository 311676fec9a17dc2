"""Baseline that memorises: training sounds with small random changes of gain and time."""

import numpy as np

from waveloom.evaluation.metrics import Sounds

TITLE = "Training sounds, jittered"
MEANING = (
    "Training sounds, jittered, are recordings of the training split, louder or softer by up to 3 dB and shifted by "
    "up to 10 ms, at most a tenth of a clip: pure memorisation. A number that this baseline wins cannot distinguish "
    "memorising from generating."
)
GAIN_DB = 3.0
SHIFT_SECONDS = 0.01


def make(train: Sounds, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Repeat the training sounds in random order, each with a random gain and time shift."""
    random = np.random.default_rng(seed)
    rows = np.concatenate([random.permutation(len(train)) for _ in range(-(-count // len(train)))])[:count]
    max_shift = max(min(int(SHIFT_SECONDS * train.rate_hz), train.clips.shape[1] // 10), 1)
    shifts = random.integers(-max_shift, max_shift, count, endpoint=True)
    gains = (10 ** (random.uniform(-GAIN_DB, GAIN_DB, count) / 20)).astype(np.float32)
    moved = np.stack([_shift(train.clips[row], int(shift)) for row, shift in zip(rows, shifts, strict=True)])
    return np.clip(moved * gains[:, None], -1, 1), train.labels[rows]


def _shift(clip: np.ndarray, by: int) -> np.ndarray:
    """Shift a clip (samples,) later, or earlier if `by` is negative; the gap is silent."""
    moved = np.zeros_like(clip)
    moved[max(by, 0) : len(clip) + min(by, 0)] = clip[max(-by, 0) : len(clip) - max(by, 0)]
    return moved
