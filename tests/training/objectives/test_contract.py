"""What every file of objectives/ must keep; a new one is picked up by itself."""

import numpy as np
import pytest

from waveloom.config import plugins
from waveloom.training import objectives


@pytest.fixture(params=plugins.available(objectives))
def objective(request):
    return plugins.load(objectives, request.param)


def logits(value):
    return np.full((4, 1), value, np.float32)


def test_the_discriminator_does_better_the_further_it_tells_them_apart(objective):
    told, untold, wrong = (float(objective.discriminator_loss(logits(x), logits(-x))) for x in (0.9, 0.0, -0.9))
    assert told < untold < wrong


def test_the_generator_does_better_the_more_its_sounds_please(objective):
    pleasing, neutral, bad = (float(objective.generator_loss(logits(x))) for x in (2.0, 0.0, -2.0))
    assert pleasing < neutral < bad


def test_the_losses_stay_finite_when_the_discriminator_is_sure(objective):
    assert np.isfinite(float(objective.discriminator_loss(logits(-1e4), logits(1e4))))
    assert np.isfinite(float(objective.generator_loss(logits(-1e4))))
