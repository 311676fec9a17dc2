import numpy as np
import pytest

from waveloom.evaluation.metrics import Reference, Sounds, spectral_distance
from waveloom.evaluation.subset import Subset


def score(evaluated: np.ndarray, real: np.ndarray) -> dict[str, float]:
    parts = [Subset(sounds(clips), np.full(len(clips), "")) for clips in (evaluated, real)]
    return spectral_distance.score(parts[0], Reference(parts[1], parts[1]))


def sounds(clips: np.ndarray) -> Sounds:
    return Sounds(clips.astype(np.float32), 8000, np.zeros((len(clips), 1), np.float32), np.full(len(clips), ""))


def noise(count: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (count, 4096))


def test_a_gain_of_twenty_decibels_gives_that_euclidean_distance_and_no_cosine_distance():
    scores = score(0.1 * noise(4), noise(4))
    assert scores["spectral_mean_euclidean_db"] == pytest.approx(20, abs=1e-3)
    assert scores["spectral_mean_cosine"] == pytest.approx(0, abs=1e-6)


def test_identical_sets_are_at_zero_distance():
    assert list(score(noise(4), noise(4)).values()) == pytest.approx([0, 0, 0, 0])


def test_copies_of_one_real_sound_have_no_nearest_distance_but_a_mean_distance():
    real = np.stack([np.sin(2 * np.pi * pitch * np.arange(4096) / 8000) for pitch in (250, 1000, 3000)])
    scores = score(real[[0, 0, 0]], real)
    assert scores["spectral_nearest_euclidean_db"] == pytest.approx(0)
    assert scores["spectral_mean_euclidean_db"] > 1
