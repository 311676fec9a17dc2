"""What every file of objectives/ must satisfy; a new file is tested automatically."""

import numpy as np
import pytest

from waveloom.config import plugins
from waveloom.training import objectives


@pytest.fixture(params=plugins.available(objectives))
def objective(request):
    return plugins.load(objectives, request.param)


def logits(value):
    return np.full((4, 1), value, np.float32)


def generator_loss(objective, fake, real=0.0):
    needs_real = getattr(objective, "GENERATOR_NEEDS_REAL", False)
    return float(objective.generator_loss(logits(real) if needs_real else None, logits(fake)))


def test_the_discriminators_loss_falls_with_the_distance_of_real_and_fake(objective):
    right, equal, wrong = (float(objective.discriminator_loss(logits(x), logits(-x))) for x in (0.9, 0.0, -0.9))
    assert right < equal < wrong


def test_the_generators_loss_falls_with_the_logits_of_fake_clips(objective):
    high, neutral, low = (generator_loss(objective, x) for x in (2.0, 0.0, -2.0))
    assert high < neutral < low


def test_the_losses_are_finite_for_extreme_logits(objective):
    assert np.isfinite(float(objective.discriminator_loss(logits(-1e4), logits(1e4))))
    assert np.isfinite(generator_loss(objective, -1e4, real=1e4))
