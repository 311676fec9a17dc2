import numpy as np
import pytest
import tensorflow as tf

from tests.models.pairs import build_discriminator, build_generator
from tests.training.games.test_generation import LABELS, NOISE, REAL, REAL_BATCH, SHAPE, weights
from waveloom.models.networks import Networks
from waveloom.models.recipe import DiscriminatorTraining, Optimiser, Penalty, Schedule
from waveloom.training.game import GameConfig
from waveloom.training.games.generation import Game
from waveloom.training.objectives import bce
from waveloom.training.schedules import scheduled_share

SHARES = {  # of ten steps
    ("constant", 0.0): [1.0] * 10,
    ("linear", 0.0): [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1],
    ("constant", 0.3): [0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 1, 1],
    ("linear", 0.5): [1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1, 0.8, 0.6, 0.4, 0.2],
}


@pytest.mark.parametrize(("shape", "warm_up"), SHARES)
def test_the_shares_are_those_worked_by_hand(shape, warm_up):
    found = [float(scheduled_share(Schedule(shape, warm_up), tf.constant(step), 10)) for step in range(1, 11)]
    np.testing.assert_allclose(found, SHARES[shape, warm_up], rtol=1e-6)


def test_a_cosine_is_1_at_first_a_half_in_the_middle_and_0_after_the_end():
    found = [float(scheduled_share(Schedule("cosine"), tf.constant(step), 10)) for step in (1, 6, 11)]
    np.testing.assert_allclose(found, [1, 0.5, 0], atol=1e-6)


def largest_change(step, schedule):
    """The largest change of a weight of each network in `step` of ten."""
    tf.keras.utils.set_random_seed(7)
    networks = Networks(build_generator("dense", SHAPE, NOISE), build_discriminator("dense", SHAPE, dropout=0.0))
    game = Game(GameConfig(bce, Optimiser(schedule=schedule), steps=10), networks, networks.generator)
    before = [weights(network) for network in networks[:2]]
    game.train_step(tf.constant(step), REAL_BATCH)
    after = [weights(network) for network in networks[:2]]
    return [np.abs(new[0] - old[0]).max() for new, old in zip(after, before, strict=True)]


def test_both_networks_learn_at_the_rate_of_the_schedule():
    full, half = largest_change(6, Schedule()), largest_change(6, Schedule("linear"))
    assert half[1] == pytest.approx(0.5 * full[1], rel=1e-3)
    assert half[0] == pytest.approx(0.5 * full[0], rel=1e-2)  # the discriminator has also changed less


def test_a_penalty_is_weighted_by_its_schedule():
    def penalty(schedule, step):
        tf.keras.utils.set_random_seed(7)
        networks = Networks(build_generator("dense", SHAPE, NOISE), build_discriminator("dense", SHAPE, dropout=0.0))
        discriminator = DiscriminatorTraining(updates=2, penalty=Penalty(kind="r1", schedule=schedule))
        game = Game(GameConfig(bce, discriminator=discriminator, steps=10), networks, networks.generator)
        logits_of = lambda clips: game.discriminator_output(clips, LABELS).logits  # noqa: E731
        return float(game.penalty(tf.constant(2 * step + 1), logits_of, REAL, tf.zeros_like(REAL)))

    assert penalty(Schedule("linear"), 6) == pytest.approx(0.5 * penalty(Schedule(), 6), rel=1e-5)
