import numpy as np
import pytest

from tests.sounds import noise, tone
from waveloom.evaluation.stereo import balance_and_correlation, stereo_distances


def test_balance_and_correlation_of_pairs_of_channels():
    sine, hiss = tone(440), noise(1.0, seed=1)
    pairs = [
        (sine, sine),
        (sine, sine / 2),
        (sine, 0 * sine),
        (sine, -sine),
        (0 * sine, 0 * sine),
        (hiss, noise(1.0, seed=2)),
    ]
    found = balance_and_correlation(np.stack([np.stack(pair) for pair in pairs]))
    assert found[:, 0] == pytest.approx([0, 6.02, 30, 0, 0, 0], abs=0.2)
    assert found[:, 1] == pytest.approx([1, 1, 1, -1, 1, 0], abs=0.03)


def test_equal_sounds_have_no_distance_and_a_shift_of_balance_by_6_db_has_6_db():
    sounds = np.stack([np.stack([tone(hz), tone(hz) / 2]) for hz in (200, 440, 880)])
    found = stereo_distances({"generated": sounds, "floor": np.stack([sounds[:, 0], sounds[:, 0]], axis=1)}, sounds)
    assert found["balance_distance_db"] == pytest.approx({"generated": 0, "floor": 6.02}, abs=0.01)
    assert found["correlation_distance"] == pytest.approx({"generated": 0, "floor": 0}, abs=1e-6)
