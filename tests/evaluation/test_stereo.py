import numpy as np
import pytest

from tests.sounds import noise, tone
from waveloom.evaluation.stereo import placed, stage


def test_balance_and_agreement_of_known_sounds():
    sine, hiss = tone(440), noise(1.0, seed=1)
    pairs = [
        (sine, sine),
        (sine, sine / 2),
        (sine, 0 * sine),
        (sine, -sine),
        (0 * sine, 0 * sine),
        (hiss, noise(1.0, seed=2)),
    ]
    found = placed(np.stack([np.stack(pair) for pair in pairs]))
    assert found[:, 0] == pytest.approx([0, 6.02, 30, 0, 0, 0], abs=0.2)
    assert found[:, 1] == pytest.approx([1, 1, 1, -1, 1, 0], abs=0.03)


def test_the_same_stage_is_no_way_off_and_one_moved_by_6_db_is_6_db_off():
    sounds = np.stack([np.stack([tone(hz), tone(hz) / 2]) for hz in (200, 440, 880)])
    found = stage({"generated": sounds, "floor": np.stack([sounds[:, 0], sounds[:, 0]], axis=1)}, sounds)
    assert found["balance_distance_db"] == pytest.approx({"generated": 0, "floor": 6.02}, abs=0.01)
    assert found["agreement_distance"] == pytest.approx({"generated": 0, "floor": 0}, abs=1e-6)
