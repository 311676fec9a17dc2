import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.training import small
from tests.training.watching import whole_and_resumed
from waveloom.generation.sampler import generate
from waveloom.models.build_networks import build_networks
from waveloom.models.recipe import DiscriminatorTraining, Optimiser, Penalty, parts, resolve
from waveloom.training.games.dual import DualGame, disagreement, sensitivity
from waveloom.training.objectives import wasserstein
from waveloom.training.recipe_checks import DualOptions

BATCH, NOISE = 4, 5
REAL = tf.tanh(tf.random.stateless_normal((BATCH, 256), seed=(0, 0)))
LABELS = tf.constant([0, 1, 2, 0])
NOISES = tf.random.stateless_normal((BATCH, NOISE), seed=(0, 1))
TIME, HOP = {"channels": 2, "kernel": 5, "quarterings": 2}, 16
TINY = {
    "generators": {"dual": {"time": TIME, "fourier": {"width": 8, "spectra": 8, "style": 8}, "hop": HOP}},
    "discriminators": {"dual": {"time": TIME, "fourier": {"width": 8, "style": 8, "halvings": 1}, "hop": HOP}},
}
TREE = {
    "representation": "waveform",
    "generator": "dual",
    "discriminator": "dual",
    "game": "dual",
    "objective": "wasserstein",
    "noise": NOISE,
    "options": TINY,
}

TEACHING = DiscriminatorTraining(penalty=Penalty(kind="wgan_gp"))


def game(labels=3, rate=0.0002, exchange=True, **options):
    keras.utils.set_random_seed(7)
    recipe = resolve(TREE, {"options": {"generators": {"dual": {"exchange": exchange}}}})
    nets, other = (build_networks(recipe, parts(recipe), (256,), labels) for _ in range(2))
    other.generator.set_weights(nets.generator.get_weights())
    optimiser = Optimiser(generator_rate=rate)
    return DualGame(nets, other.generator, wasserstein, optimiser, 0, 0.9, TEACHING, options=DualOptions(**options))


def weights(variables):
    return [np.array(weight) for weight in variables]


def moved(before, variables):
    return [not np.array_equal(old, new) for old, new in zip(before, weights(variables), strict=True)]


def test_views_that_are_one_sound_disagree_by_nothing():
    played = game()
    view = played.views.transform(REAL)
    assert float(disagreement(played.views.transform(REAL), view)) == 0
    assert float(disagreement(view, view + 0.5)) == pytest.approx(0.5)


def test_sensitivity_is_the_gap_in_standard_deviations_whatever_the_scale():
    real, fake = tf.constant([[2.0], [4.0]]), tf.constant([[-1.0], [1.0]])  # means 3 and 0, standard deviations 1
    assert float(sensitivity(real, fake)) == pytest.approx(3)
    assert float(sensitivity(100 * real - 7, 100 * fake - 7)) == pytest.approx(3, rel=1e-5)
    assert float(sensitivity(fake, real)) == pytest.approx(-3)


@pytest.mark.parametrize("weaker", [0, 1])
@pytest.mark.parametrize("exchange", [True, False])
def test_only_the_generator_that_is_told_apart_by_more_is_taught(weaker, exchange):
    played = game(exchange=exchange)
    before = [weights(own) for own in played.own]
    discriminators = weights(played.discriminator.trainable_variables)
    played.update_generators(1, [1.0 - weaker, 0.5], LABELS, NOISES)
    assert any(moved(before[weaker], played.own[weaker]))
    assert not any(moved(before[1 - weaker], played.own[1 - weaker]))
    assert [int(adam.count) for adam in played.generator_adams] == [1 - weaker, weaker]
    assert not any(moved(discriminators, played.discriminator.trainable_variables))


def test_without_selection_both_are_taught():
    played = game(select=False)
    before = [weights(own) for own in played.own]
    played.update_generators(1, [1.0, 0.5], LABELS, NOISES)
    assert all(any(moved(old, own)) for old, own in zip(before, played.own, strict=True))


@pytest.mark.parametrize("labels", [0, 3])
def test_both_discriminators_learn_while_the_generators_stand_still(labels):
    played = game(labels)
    generators = weights(played.views.generators.variables)
    discriminators = [weights(discriminator.trainable_variables) for discriminator in played.views.discriminators]
    played.update_discriminators(1, REAL, LABELS, NOISES)
    assert not any(moved(generators, played.views.generators.variables))
    assert all(
        any(moved(old, new.trainable_variables))
        for old, new in zip(discriminators, played.views.discriminators, strict=True)
    )


def test_the_disagreement_counts_as_much_as_its_weight_says():
    free, bound = (game(fourier_weight=weight) for weight in (0.0, 2.0))
    clip, view = free.ask(free.views.generators, NOISES, LABELS)
    apart = float(disagreement(free.views.transform(clip), view))
    losses = [float(played.update_generators(1, [1.0, 0.0], LABELS, NOISES)) for played in (free, bound)]
    assert losses[1] - losses[0] == pytest.approx(2 * apart, rel=1e-3)


def test_taught_to_agree_the_views_come_nearer():
    played = game(labels=0, rate=0.01, fourier_weight=1000.0)
    teach = tf.function(played.update_generators, autograph=False)
    apart = ([tf.constant(first), tf.constant(0.5)] for first in 10 * (0.0, 1.0))
    losses = [float(teach(tf.constant(1), both, LABELS, NOISES)) for both in apart]
    assert losses[-1] < 0.8 * losses[0]


def test_a_restored_game_goes_on_with_the_same_bits():
    first, second = game(), game()
    first.train_step(tf.constant(1), REAL, LABELS)
    kept = first.state()
    first.train_step(tf.constant(2), REAL, LABELS)
    second.train_step(tf.constant(9), REAL, LABELS)
    second.restore(kept)
    second.train_step(tf.constant(2), REAL, LABELS)
    for name, value in first.state().items():
        np.testing.assert_array_equal(value, second.state()[name], err_msg=name)


def test_stopped_in_the_middle_it_ends_with_the_same_bits_and_the_model_makes_clips(store, tmp_path):
    recipe = small.recipe(
        generator="dual",
        discriminator="dual",
        game="dual",
        objective="wasserstein",
        discriminator_training={"penalty": {"kind": "wgan_gp", "every": 2}},
        options=TINY,
    )
    arguments = (store, small.table(store), small.scaler(store), small.FEATURES, recipe, small.RULES)

    (whole, _), (again, _) = whole_and_resumed(arguments, tmp_path)
    assert again.digest == whole.digest
    assert generate(whole, [1, 2], ["high", "low"]).shape == (2, small.SAMPLES)
