"""What every file of criteria/ must satisfy; a new file is tested automatically."""

import pytest
import tensorflow as tf

from waveloom.config import plugins
from waveloom.training import criteria

TARGET, GENERATED = (tf.random.stateless_normal((4, 16), (0, number)) for number in (1, 2))


@pytest.fixture(params=plugins.available(criteria))
def criterion(request):
    return plugins.load(criteria, request.param)


def test_equal_tensors_have_no_loss_and_others_a_positive_one(criterion):
    assert float(criterion.loss(TARGET, TARGET)) == 0
    assert float(criterion.loss(TARGET, GENERATED)) > 0


def test_the_loss_trains_what_is_generated(criterion):
    with tf.GradientTape() as tape:
        tape.watch(GENERATED)
        loss = criterion.loss(TARGET, GENERATED)
    step = 0.01 * tape.gradient(loss, GENERATED)
    assert float(criterion.loss(TARGET, GENERATED - step)) < float(loss)
