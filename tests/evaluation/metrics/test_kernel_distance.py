import numpy as np
import pytest

from waveloom.evaluation.metrics import Sounds
from waveloom.evaluation.metrics.kernel_distance import score


def cloud(count: int, seed: int, shift: float = 0.0) -> Sounds:
    features = np.random.default_rng(seed).standard_normal((count, 8)) + shift
    return Sounds(np.zeros((count, 64), np.float32), 8000, features.astype(np.float32), np.full(count, ""))


def test_two_draws_of_one_source_are_at_zero_whatever_their_size():
    for count in (20, 400):
        values = [score(cloud(400, seed), cloud(count, seed + 100))["kernel_distance"] for seed in range(8)]
        assert np.mean(values) == pytest.approx(0, abs=0.5)


def test_it_grows_with_the_shift_between_the_sets():
    values = [score(cloud(100, 0), cloud(100, 1, shift))["kernel_distance"] for shift in (0, 0.5, 1, 2)]
    assert values == sorted(values)
