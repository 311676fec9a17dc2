from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.models.pairs import build_pair
from tests.training import small
from tests.training.callbacks import uninterrupted_and_resumed
from waveloom.config.checked import overlay
from waveloom.config.errors import InputError
from waveloom.generation.sampler import Sampler
from waveloom.models.build_networks import build_networks
from waveloom.models.networks import call_network
from waveloom.models.recipe import DiscriminatorTraining, Optimiser, Penalty, parts
from waveloom.training.batches import Batch
from waveloom.training.criteria import l1
from waveloom.training.game import GameConfig
from waveloom.training.games.dual import Config, Game, sensitivity
from waveloom.training.objectives import wasserstein

BATCH, NOISE = 4, 5
REAL = tf.tanh(tf.random.stateless_normal((BATCH, 256), seed=(0, 0)))
LABELS = tf.constant([0, 1, 2, 0])
REAL_BATCH = Batch(REAL, None, LABELS)
NOISES = tf.random.stateless_normal((BATCH, NOISE), seed=(0, 1))
DISCRIMINATOR = DiscriminatorTraining(penalty=Penalty(kind="wgan_gp"))


def game(labels=3, rate=0.0002, exchange=True, **options):
    keras.utils.set_random_seed(7)
    recipe = small.recipe(**overlay(small.DUAL, {"options": {"generators": {"dual": {"exchange": exchange}}}}))
    recipe = replace(recipe, noise=NOISE)
    nets, other = (build_networks(recipe, parts(recipe), (256,), labels) for _ in range(2))
    other.generator.set_weights(nets.generator.get_weights())
    rates = Optimiser(generator_rate=rate)
    config = GameConfig(wasserstein, rates, DISCRIMINATOR, average=0.9, options=Config(**options))
    return Game(config, nets, other.generator)


def weights(variables):
    return [np.array(weight) for weight in variables]


def changed(before, variables):
    return [not np.array_equal(old, new) for old, new in zip(before, weights(variables), strict=True)]


def test_views_of_one_sound_agree():
    a_game = game()
    view = a_game.views.transform(REAL)
    assert float(l1.loss(a_game.views.transform(REAL), view)) == 0
    assert float(l1.loss(view, view + 0.5)) == pytest.approx(0.5)


def test_sensitivity_is_the_distance_in_standard_deviations_at_any_scale():
    real, fake = tf.constant([[2.0], [4.0]]), tf.constant([[-1.0], [1.0]])  # means 3 and 0, standard deviations 1
    assert float(sensitivity(real, fake)) == pytest.approx(3)
    assert float(sensitivity(100 * real - 7, 100 * fake - 7)) == pytest.approx(3, rel=1e-5)
    assert float(sensitivity(fake, real)) == pytest.approx(-3)


@pytest.mark.parametrize("detected", [0, 1])
@pytest.mark.parametrize("exchange", [True, False])
def test_only_the_generator_that_is_easier_to_detect_is_updated(detected, exchange):
    a_game = game(exchange=exchange)
    before = [weights(own) for own in a_game.view_weights]
    discriminators = weights(a_game.discriminator.trainable_variables)
    a_game.update_generators(1, [1.0 - detected, 0.5], REAL_BATCH, NOISES)
    assert any(changed(before[detected], a_game.view_weights[detected]))
    assert not any(changed(before[1 - detected], a_game.view_weights[1 - detected]))
    assert [int(adam.count) for adam in a_game.view_adams] == [1 - detected, detected]
    assert not any(changed(discriminators, a_game.discriminator.trainable_variables))


def test_without_selection_both_generators_are_updated():
    a_game = game(select=False)
    before = [weights(own) for own in a_game.view_weights]
    a_game.update_generators(1, [1.0, 0.5], REAL_BATCH, NOISES)
    assert all(any(changed(old, own)) for old, own in zip(before, a_game.view_weights, strict=True))


@pytest.mark.parametrize("labels", [0, 3])
def test_both_discriminators_learn_while_the_generators_stay_unchanged(labels):
    a_game = game(labels)
    generators = weights(a_game.views.generators.variables)
    discriminators = [weights(discriminator.trainable_variables) for discriminator in a_game.views.discriminators]
    a_game.update_discriminators(1, REAL_BATCH, NOISES)
    assert not any(changed(generators, a_game.views.generators.variables))
    assert all(
        any(changed(old, new.trainable_variables))
        for old, new in zip(discriminators, a_game.views.discriminators, strict=True)
    )


def test_the_disagreement_of_the_views_is_weighted():
    free, bound = (game(fourier_weight=weight) for weight in (0.0, 2.0))
    clip, view = call_network(free.views.generators, True, noise=NOISES, label=LABELS)
    distance = float(l1.loss(free.views.transform(clip), view))
    losses = [float(a_game.update_generators(1, [1.0, 0.0], REAL_BATCH, NOISES)) for a_game in (free, bound)]
    assert losses[1] - losses[0] == pytest.approx(2 * distance, rel=1e-3)


def test_a_large_weight_makes_the_views_agree():
    a_game = game(labels=0, rate=0.01, fourier_weight=1000.0)
    update = tf.function(a_game.update_generators, autograph=False)
    detectability = ([tf.constant(first), tf.constant(0.5)] for first in 10 * (0.0, 1.0))
    losses = [float(update(tf.constant(1), both, REAL_BATCH, NOISES)) for both in detectability]
    assert losses[-1] < 0.8 * losses[0]


def test_a_restored_game_continues_with_the_same_bits():
    first, second = game(), game()
    first.train_step(tf.constant(1), REAL_BATCH)
    state = first.state()
    first.train_step(tf.constant(2), REAL_BATCH)
    second.train_step(tf.constant(9), REAL_BATCH)
    second.restore(state)
    second.train_step(tf.constant(2), REAL_BATCH)
    for name, value in first.state().items():
        np.testing.assert_array_equal(value, second.state()[name], err_msg=name)


def test_interrupted_and_resumed_it_ends_with_the_same_bits_and_the_model_generates(store, tmp_path):
    recipe = small.recipe(
        **small.DUAL,
        objective="wasserstein",
        discriminator_training={"penalty": {"kind": "wgan_gp", "every": 2}},
    )
    arguments = (small.data(store), recipe, small.CONFIG)

    (whole, _), (again, _) = uninterrupted_and_resumed(arguments, tmp_path)
    assert again.digest == whole.digest
    assert Sampler(whole).clips([1, 2], ["high", "low"]).shape == (2, small.SAMPLES)


def test_networks_of_one_view_are_refused():
    nets = build_pair("wavegan", (256,), NOISE, channels=2, quarterings=2)
    with pytest.raises(InputError, match="needs networks of two views"):
        Game(GameConfig(wasserstein), nets, nets.generator)
