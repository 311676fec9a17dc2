import numpy as np
import pytest
import tensorflow as tf

from tests.models.pairs import build_discriminator, build_generator
from tests.training.test_game import LABELS, NOISE, REAL, SHAPE, weights
from waveloom.models.networks import Networks
from waveloom.models.recipe import DiscriminatorTraining, Optimiser, Penalty, Schedule
from waveloom.training.game import Game
from waveloom.training.objectives import bce
from waveloom.training.schedules import share

COURSES = {  # of ten steps
    ("constant", 0.0): [1.0] * 10,
    ("linear", 0.0): [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1],
    ("constant", 0.3): [0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 1, 1],
    ("linear", 0.5): [1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1, 0.8, 0.6, 0.4, 0.2],
}


@pytest.mark.parametrize(("shape", "warm_up"), COURSES)
def test_the_course_is_as_worked_out_by_hand(shape, warm_up):
    found = [float(share(Schedule(shape, warm_up), tf.constant(step), 10)) for step in range(1, 11)]
    np.testing.assert_allclose(found, COURSES[shape, warm_up], rtol=1e-6)


def test_a_cosine_is_whole_at_first_half_in_the_middle_and_gone_after_the_end():
    found = [float(share(Schedule("cosine"), tf.constant(step), 10)) for step in (1, 6, 11)]
    np.testing.assert_allclose(found, [1, 0.5, 0], atol=1e-6)


def moved(step, schedule):
    """How far ten units of a game of ten steps move in its round `step`."""
    tf.keras.utils.set_random_seed(7)
    networks = Networks(build_generator("dense", SHAPE, NOISE), build_discriminator("dense", SHAPE, dropout=0.0))
    game = Game(networks, networks.generator, bce, Optimiser(schedule=schedule), 0, 0.0, steps=10)
    before = [weights(network) for network in networks[:2]]
    game.train_step(tf.constant(step), REAL, LABELS)
    after = [weights(network) for network in networks[:2]]
    return [np.abs(new[0] - old[0]).max() for new, old in zip(after, before, strict=True)]


def test_both_networks_learn_at_the_rate_of_the_schedule():
    full, half = moved(6, Schedule()), moved(6, Schedule("linear"))
    assert half[1] == pytest.approx(0.5 * full[1], rel=1e-3)
    assert half[0] == pytest.approx(0.5 * full[0], rel=1e-2)  # the discriminator it pleases has moved less


def test_a_penalty_is_weighed_by_its_schedule():
    def paid(schedule, step):
        tf.keras.utils.set_random_seed(7)
        networks = Networks(build_generator("dense", SHAPE, NOISE), build_discriminator("dense", SHAPE, dropout=0.0))
        teaching = DiscriminatorTraining(updates=2, penalty=Penalty(kind="r1", schedule=schedule))
        game = Game(networks, networks.generator, bce, Optimiser(), 0, 0.0, teaching, steps=10)
        judge = lambda clips: game.judge(clips, LABELS).logits  # noqa: E731
        return float(game.penalty(tf.constant(2 * step + 1), judge, REAL, tf.zeros_like(REAL)))

    assert paid(Schedule("linear"), 6) == pytest.approx(0.5 * paid(Schedule(), 6), rel=1e-5)
