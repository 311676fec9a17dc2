import numpy as np
import pytest

from waveloom.training.objectives import wasserstein

REAL, FAKE = np.array([[3.0], [1.0]], np.float32), np.array([[-1.0], [0.0]], np.float32)


def test_the_discriminators_loss_is_minus_the_gap_of_the_mean_scores():
    assert float(wasserstein.discriminator_loss(REAL, FAKE)) == pytest.approx(-2.5)


def test_the_generators_loss_is_minus_the_mean_score():
    assert float(wasserstein.generator_loss(None, FAKE)) == pytest.approx(0.5)
