import numpy as np
import pytest

from waveloom.training.objectives import hinge


def column(*values):
    return np.array(values, np.float32)[:, None]


def test_the_discriminators_loss_is_the_one_worked_by_hand():
    assert float(hinge.discriminator_loss(column(2, 0.5, -1), column(-3, 0, 1))) == pytest.approx(
        (0 + 0.5 + 2 + 0 + 1 + 2) / 3
    )


def test_beyond_the_margin_the_discriminators_loss_is_zero():
    assert float(hinge.discriminator_loss(column(1, 5), column(-1, -9))) == 0


def test_the_generators_loss_is_the_one_worked_by_hand():
    assert float(hinge.generator_loss(None, column(1, -4))) == pytest.approx(1.5)
