"""A generator that learned everything by heart."""

import numpy as np

from waveloom.evaluation.metrics import Sounds

TITLE = "Training sounds, jittered"
MEANING = (
    "Training sounds, jittered, are recordings of the training split, louder or softer by up to 3 dB and shifted by up "
    "to 10 ms, a tenth of a clip at most: a perfect memory without any invention. Numbers that it wins cannot tell the "
    "two apart."
)
GAIN_DB = 3.0
SHIFT_SECONDS = 0.01


def make(train: Sounds, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Go through the training sounds in random order, again and again, and change each a little."""
    draw = np.random.default_rng(seed)
    rows = np.concatenate([draw.permutation(len(train)) for _ in range(-(-count // len(train)))])[:count]
    reach = max(min(int(SHIFT_SECONDS * train.rate_hz), train.clips.shape[1] // 10), 1)
    shifts = draw.integers(-reach, reach, count, endpoint=True)
    gains = (10 ** (draw.uniform(-GAIN_DB, GAIN_DB, count) / 20)).astype(np.float32)
    moved = np.stack([_shift(train.clips[row], int(shift)) for row, shift in zip(rows, shifts, strict=True)])
    return np.clip(moved * gains[:, None], -1, 1), train.labels[rows]


def _shift(clip: np.ndarray, by: int) -> np.ndarray:
    """Move a clip (samples,) later, or earlier where `by` is negative; silence follows."""
    moved = np.zeros_like(clip)
    moved[max(by, 0) : len(clip) + min(by, 0)] = clip[max(-by, 0) : len(clip) - max(by, 0)]
    return moved
