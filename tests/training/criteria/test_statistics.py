import numpy as np
import pytest

from waveloom.training.criteria import statistics

LEVELS = np.random.default_rng(0).uniform(-1, 1, (2, 32, 64)).astype(np.float32)


def test_the_order_of_time_counts_only_in_the_rate_of_change():
    reversed_in_time = LEVELS[:, ::-1]
    assert float(statistics.loss(LEVELS, reversed_in_time)) == pytest.approx(0, abs=1e-5)
    assert float(statistics.loss(LEVELS, np.sort(LEVELS, axis=1))) > 0.01


def test_a_sound_smoothed_over_time_has_a_loss_though_its_mean_is_equal():
    smooth = np.broadcast_to(LEVELS.mean(axis=1, keepdims=True), LEVELS.shape)
    np.testing.assert_allclose(smooth.mean(axis=1), LEVELS.mean(axis=1), atol=1e-5)
    assert float(statistics.loss(LEVELS, smooth)) > 0.1


def test_a_constant_gain_of_constant_levels_counts_in_mean_and_energy_alone():
    quiet, loud = np.full((1, 8, 4), -0.5, np.float32), np.full((1, 8, 4), 0.5, np.float32)
    bands_and_cepstra = 4 + 3
    nepers = np.log(np.exp(np.array([-1.5, -0.5]) * statistics.NEPERS) + statistics.FLOOR) / statistics.NEPERS
    expected = 4 * 1.0 / bands_and_cepstra + (nepers[1] - nepers[0])
    assert float(statistics.loss(quiet, loud)) == pytest.approx(expected, rel=1e-4)
