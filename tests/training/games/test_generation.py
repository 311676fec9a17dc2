from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.models.pairs import build_pair
from waveloom.models.networks import call_network
from waveloom.models.recipe import Augment, DiscriminatorTraining, Penalty
from waveloom.training.augment import Augmentation
from waveloom.training.batches import Batch
from waveloom.training.game import GameConfig
from waveloom.training.games.generation import Game
from waveloom.training.objectives import bce, hinge, wasserstein

SHAPE, NOISE, BATCH = (8, 8), 5, 4
REAL = tf.tanh(tf.random.stateless_normal((BATCH, *SHAPE), seed=(0, 0)))
LABELS = tf.constant([0, 1, 2, 0])
REAL_BATCH = Batch(REAL, None, LABELS)


def game(name="dense", objective=bce, labels=3, options=None, sizes=None, **settings):
    keras.utils.set_random_seed(7)
    nets = build_pair(name, SHAPE, NOISE, labels, options, **(sizes or {}))
    average = keras.models.clone_model(nets.generator)
    average.set_weights(nets.generator.get_weights())
    return Game(GameConfig(objective, **{"average": 0.5, **settings}), nets, average)


def weights(model):
    return [np.array(weight) for weight in model.trainable_weights]


def moved(before, after):
    return [not np.array_equal(one, other) for one, other in zip(before, after, strict=True)]


def noise(seed=0):
    return tf.random.stateless_normal((BATCH, NOISE), seed=(0, seed))


@pytest.mark.parametrize(("name", "sizes"), [("dense", {}), ("dcgan", {"channels": 2, "halvings": 2})])
@pytest.mark.parametrize("labels", [0, 3])
def test_each_update_changes_only_its_own_network(name, sizes, labels):
    a_game = game(name, labels=labels, sizes=sizes)
    generator, discriminator = weights(a_game.generator), weights(a_game.discriminator)
    a_game.update_discriminator(1, REAL_BATCH, noise())
    assert not any(moved(generator, weights(a_game.generator)))
    assert all(moved(discriminator, weights(a_game.discriminator)))
    discriminator = weights(a_game.discriminator)
    a_game.update_generator(tf.constant(1), REAL_BATCH, noise())
    assert not any(moved(discriminator, weights(a_game.discriminator)))
    assert all(moved(generator, weights(a_game.generator)))


def test_a_step_changes_both_networks_and_reports_both_losses():
    a_game = game()
    generator, discriminator = weights(a_game.generator), weights(a_game.discriminator)
    losses = a_game.train_step(tf.constant(1), REAL_BATCH)
    assert set(losses) == {"discriminator_loss", "generator_loss"}
    assert all(moved(generator, weights(a_game.generator)))
    assert all(moved(discriminator, weights(a_game.discriminator)))


def test_noise_depends_on_seed_and_step_alone_and_differs_for_each_update():
    first, second = (game(seed=seed) for seed in (1, 2))
    one, two = first.draw_noise(tf.constant(5), 2, 3)
    assert not np.array_equal(one, two)
    np.testing.assert_array_equal(one, first.draw_noise(tf.constant(5), 2, 3)[0])
    assert not np.array_equal(one, first.draw_noise(tf.constant(6), 2, 3)[0])
    assert not np.array_equal(one, second.draw_noise(tf.constant(5), 2, 3)[0])


def test_the_average_moves_by_the_share_worked_by_hand():
    a_game = game(average=0.75)
    for weight in a_game.generator.weights:
        weight.assign(weight + 1.0)
    before = [np.array(weight) for weight in a_game.average.weights]
    a_game.update_average(tf.constant(1000))  # late: the decay itself
    for old, new in zip(before, a_game.average.weights, strict=True):
        np.testing.assert_allclose(new, old + 0.25, rtol=1e-5)


def test_in_the_first_steps_the_average_moves_faster():
    a_game = game(average=0.999)
    a_game.generator.weights[0].assign(a_game.generator.weights[0] + 1.0)
    before = np.array(a_game.average.weights[0])
    a_game.update_average(tf.constant(8))  # (1 + 8) / (10 + 8) = 1/2
    np.testing.assert_allclose(a_game.average.weights[0], before + 0.5, rtol=1e-5)


def test_the_discriminator_learns_to_tell_real_from_fake():
    a_game = game(objective=hinge, labels=0)
    losses = [float(a_game.update_discriminator(step, REAL_BATCH, noise(step))) for step in range(80)]
    assert np.mean(losses[-10:]) < 0.5 * np.mean(losses[:10])


def test_a_restored_game_continues_with_the_same_bits():
    first = game()
    first.train_step(tf.constant(1), REAL_BATCH)
    state = first.state()
    first.train_step(tf.constant(2), REAL_BATCH)
    second = game()
    second.train_step(tf.constant(9), REAL_BATCH)  # another state, dropout seeds included
    second.restore(state)
    second.train_step(tf.constant(2), REAL_BATCH)
    for name, value in first.state().items():
        np.testing.assert_array_equal(value, second.state()[name], err_msg=name)


def test_a_step_updates_the_discriminator_as_often_as_the_recipe_says_and_the_generator_once():
    a_game = game(discriminator=DiscriminatorTraining(updates=3))
    a_game.train_step(tf.constant(1), Batch(tf.repeat(REAL, 3, 0), None, tf.repeat(LABELS, 3, 0)))
    assert int(a_game.optimisers["discriminator_adam"].count) == 3
    assert int(a_game.optimisers["generator_adam"].count) == 1


def test_clipped_weights_stay_within_the_bound():
    a_game = game(objective=wasserstein, discriminator=DiscriminatorTraining(clip=0.01))
    a_game.update_discriminator(1, REAL_BATCH, noise())
    assert max(np.abs(weight).max() for weight in weights(a_game.discriminator)) == pytest.approx(0.01)


@pytest.mark.parametrize(("name", "sizes"), [("dense", {}), ("dcgan", {"channels": 2, "halvings": 2})])
def test_a_normalised_discriminator_learns_in_its_own_update_only(name, sizes):
    a_game = game(name, discriminator=DiscriminatorTraining(spectral_norm=True), sizes=sizes)
    discriminator = weights(a_game.discriminator)
    a_game.update_discriminator(1, REAL_BATCH, noise())
    assert all(moved(discriminator, weights(a_game.discriminator)))
    before, discriminator = a_game.state(), weights(a_game.discriminator)
    a_game.update_generator(1, REAL_BATCH, noise())
    assert all(
        np.array_equal(before[name], value)
        for name, value in a_game.state().items()
        if name.startswith("spectral_norm")
    )
    assert not any(moved(discriminator, weights(a_game.discriminator)))


def test_a_normalised_discriminator_of_one_layer_has_a_gradient_of_norm_1():
    a_game = game(
        objective=hinge, labels=0, discriminator=DiscriminatorTraining(spectral_norm=True), options={"widths": ()}
    )
    for _ in range(50):
        a_game.discriminator_output.update_norm()
    with tf.GradientTape() as tape:
        tape.watch(REAL)
        logits = a_game.discriminator_output(REAL, LABELS).logits
    norms = tf.norm(tf.reshape(tape.gradient(logits, REAL), (BATCH, -1)), axis=1)
    np.testing.assert_allclose(norms, 1, rtol=1e-4)


def test_feature_matching_adds_its_weighted_loss():
    plain, matching = (
        game(discriminator=DiscriminatorTraining(feature_matching=weight), options={"dropout": 0.0})
        for weight in (0.0, 3.0)
    )
    fake = call_network(plain.generator, True, noise=noise(), label=LABELS)
    outputs = (matching.discriminator_output(clips, LABELS) for clips in (REAL, fake))
    real, made = (output.features[0].numpy().mean(axis=0) for output in outputs)
    expected = float(plain.update_generator(1, REAL_BATCH, noise())) + 3 * np.sum((real - made) ** 2)
    assert float(matching.update_generator(1, REAL_BATCH, noise())) == pytest.approx(expected, rel=1e-4)


def test_smoothed_targets_reach_the_discriminator():
    sharp, smooth = (
        game(discriminator=DiscriminatorTraining(smoothing=smoothing), options={"dropout": 0.0})
        for smoothing in (0.0, 0.2)
    )
    real, fake = tf.constant([[2.0]]), tf.constant([[0.0]])
    assert float(smooth.discriminator_loss(real, fake) - sharp.discriminator_loss(real, fake)) == pytest.approx(
        0.2, rel=1e-5
    )


def augmentation(**settings):
    silence = np.zeros(SHAPE, np.float32)
    return Augmentation(Augment(**{"kinds": ("shift", "cutout"), **settings}), silence, None, has_frequency=True)


def test_clips_are_augmented_differently_in_each_update_and_for_each_purpose():
    a_game = game(augment=augmentation())
    augmented = [a_game.augmented(REAL, number, purpose).numpy() for number, purpose in ((1, 0), (2, 0), (1, 1))]
    for one in augmented:
        assert not np.array_equal(one, REAL)
    assert not np.array_equal(augmented[0], augmented[1])
    assert not np.array_equal(augmented[0], augmented[2])
    np.testing.assert_array_equal(augmented[0], a_game.augmented(REAL, 1, 0))


def test_augmentation_with_probability_0_equals_no_augmentation_to_the_bit():
    plain, never = game(), game(augment=augmentation(probability=0.0))
    for a_game in (plain, never):
        a_game.train_step(tf.constant(1), REAL_BATCH)
    for name, value in plain.state().items():
        np.testing.assert_array_equal(value, never.state()[name], err_msg=name)


def test_an_adaptive_probability_changes_with_the_discriminator_and_is_restored():
    settings = {"probability": "adaptive", "span": 40, "target": -0.99}  # any discriminator exceeds it
    first, second = game(augment=augmentation(**settings)), game(augment=augmentation(**settings))
    losses = first.train_step(tf.constant(1), REAL_BATCH)
    assert float(losses["augment_probability"]) == pytest.approx(0.1)
    second.restore(first.state())
    assert float(second.augment_probability.value) == pytest.approx(0.1)


def test_the_largest_seed_works():
    a_game = game(seed=2**31 - 1, discriminator=DiscriminatorTraining(penalty=Penalty(kind="wgan_gp")))
    losses = a_game.train_step(tf.constant(1), REAL_BATCH)
    assert all(np.isfinite(float(loss)) for loss in losses.values())


def test_a_lazy_penalty_is_applied_with_its_full_weight_every_few_updates():
    lazy, always = (
        game(discriminator=DiscriminatorTraining(penalty=Penalty(kind="r1", every=every)), options={"dropout": 0.0})
        for every in (4, 1)
    )
    fake = tf.zeros_like(REAL)

    def penalty_of(a_game, update):
        return float(
            a_game.penalty(
                tf.constant(update), lambda clips: a_game.discriminator_output(clips, LABELS).logits, REAL, fake
            )
        )

    assert penalty_of(lazy, 1) == 0
    assert penalty_of(lazy, 4) == pytest.approx(4 * penalty_of(always, 4), rel=1e-5)
    assert penalty_of(lazy, 4) > 0


@pytest.mark.parametrize(("spectral_norm", "every"), [(False, 1), (True, 2)])
def test_the_penalty_does_not_depend_on_the_size_of_its_finite_difference(spectral_norm, every):
    penalties = []
    for difference in (0.0, 0.01, 0.001):
        penalty = Penalty(kind="r1", weight=1000.0, difference=difference, every=every)
        a_game = game(
            discriminator=DiscriminatorTraining(penalty=penalty, spectral_norm=spectral_norm),
            options={"dropout": 0.5, "widths": (64,)},
        )
        penalties.append(float(a_game.train_step(tf.constant(2), REAL_BATCH)["discriminator_loss"]))
    assert penalties[1] == pytest.approx(penalties[2], rel=0.1)
    assert (
        penalties[0] / 10 < penalties[1] < 10 * penalties[0]
    )  # one direction per clip; with different dropout masks: thousands of times


def test_the_generators_loss_receives_real_logits_only_if_the_objective_needs_them():
    received = []

    def objective(needs_real):
        def generator_loss(real, fake):
            received.append(real)
            return -tf.reduce_mean(fake)

        return SimpleNamespace(
            discriminator_loss=hinge.discriminator_loss, generator_loss=generator_loss, GENERATOR_NEEDS_REAL=needs_real
        )

    for needs_real in (False, True):
        game(objective=objective(needs_real)).update_generator(1, REAL_BATCH, noise())
    assert received[0] is None
    assert received[1].shape == (BATCH, 1)
