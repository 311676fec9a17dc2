import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.models.pairs import build_pair
from waveloom.models.recipe import Augment, DiscriminatorTraining, Optimiser, Penalty
from waveloom.training.augment import Augmentation
from waveloom.training.game import Game
from waveloom.training.objectives import bce, hinge, wasserstein

SHAPE, NOISE, BATCH = (8, 8), 5, 4
REAL = tf.tanh(tf.random.stateless_normal((BATCH, *SHAPE), seed=(0, 0)))
LABELS = tf.constant([0, 1, 2, 0])


def game(name="dense", objective=bce, labels=3, decay=0.5, seed=0, teaching=None, augment=None, **options):
    keras.utils.set_random_seed(7)
    nets = build_pair(name, SHAPE, NOISE, labels, **options)
    average = keras.models.clone_model(nets.generator)
    average.set_weights(nets.generator.get_weights())
    return Game(nets, average, objective, Optimiser(), seed, decay, teaching or DiscriminatorTraining(), augment)


def weights(model):
    return [np.array(weight) for weight in model.trainable_weights]


def moved(before, after):
    return [not np.array_equal(one, other) for one, other in zip(before, after, strict=True)]


def noise(seed=0):
    return tf.random.stateless_normal((BATCH, NOISE), seed=(0, seed))


@pytest.mark.parametrize(("name", "options"), [("dense", {}), ("dcgan", {"channels": 2, "halvings": 2})])
@pytest.mark.parametrize("labels", [0, 3])
def test_each_network_moves_only_in_its_own_update(name, options, labels):
    played = game(name, labels=labels, **options)
    generator, discriminator = weights(played.generator), weights(played.discriminator)
    played.update_discriminator(1, REAL, LABELS, noise())
    assert not any(moved(generator, weights(played.generator)))
    assert all(moved(discriminator, weights(played.discriminator)))
    discriminator = weights(played.discriminator)
    played.update_generator(tf.constant(1), REAL, LABELS, noise())
    assert not any(moved(discriminator, weights(played.discriminator)))
    assert all(moved(generator, weights(played.generator)))


def test_a_step_moves_both_and_reports_both_losses():
    played = game()
    generator, discriminator = weights(played.generator), weights(played.discriminator)
    losses = played.train_step(tf.constant(1), REAL, LABELS)
    assert set(losses) == {"discriminator_loss", "generator_loss"}
    assert all(moved(generator, weights(played.generator)))
    assert all(moved(discriminator, weights(played.discriminator)))


def test_noise_depends_on_seed_and_step_alone_and_is_drawn_anew_for_each_network():
    first, second = (game(seed=seed) for seed in (1, 2))
    one, two = first.draw_noise(tf.constant(5), 2, 3)
    assert not np.array_equal(one, two)
    np.testing.assert_array_equal(one, first.draw_noise(tf.constant(5), 2, 3)[0])
    assert not np.array_equal(one, first.draw_noise(tf.constant(6), 2, 3)[0])
    assert not np.array_equal(one, second.draw_noise(tf.constant(5), 2, 3)[0])


def test_the_average_follows_by_the_share_worked_by_hand():
    played = game(decay=0.75)
    for weight in played.generator.weights:
        weight.assign(weight + 1.0)
    before = [np.array(weight) for weight in played.average.weights]
    played.update_average(tf.constant(1000))  # late: the decay itself
    for old, new in zip(before, played.average.weights, strict=True):
        np.testing.assert_allclose(new, old + 0.25, rtol=1e-5)


def test_at_first_the_average_follows_quicker():
    played = game(decay=0.999)
    played.generator.weights[0].assign(played.generator.weights[0] + 1.0)
    before = np.array(played.average.weights[0])
    played.update_average(tf.constant(8))  # (1 + 8) / (10 + 8) = 1/2
    np.testing.assert_allclose(played.average.weights[0], before + 0.5, rtol=1e-5)


def test_the_discriminator_learns_to_tell_real_from_fake():
    played = game(objective=hinge, labels=0)
    losses = [float(played.update_discriminator(step, REAL, LABELS, noise(step))) for step in range(80)]
    assert np.mean(losses[-10:]) < 0.5 * np.mean(losses[:10])


def test_a_restored_game_goes_on_with_the_same_bits():
    first = game()
    first.train_step(tf.constant(1), REAL, LABELS)
    kept = first.state()
    first.train_step(tf.constant(2), REAL, LABELS)
    second = game()
    second.train_step(tf.constant(9), REAL, LABELS)  # somewhere else entirely, dropout included
    second.restore(kept)
    second.train_step(tf.constant(2), REAL, LABELS)
    for name, value in first.state().items():
        np.testing.assert_array_equal(value, second.state()[name], err_msg=name)


def test_in_a_round_the_discriminator_moves_as_often_as_the_recipe_says_and_the_generator_once():
    played = game(teaching=DiscriminatorTraining(updates=3))
    played.train_step(tf.constant(1), tf.repeat(REAL, 3, 0), tf.repeat(LABELS, 3, 0))
    assert int(played.discriminator_adam.count) == 3
    assert int(played.generator_adam.count) == 1


def test_clipped_weights_stay_within_the_bound():
    played = game(objective=wasserstein, teaching=DiscriminatorTraining(clip=0.01))
    played.update_discriminator(1, REAL, LABELS, noise())
    assert max(np.abs(weight).max() for weight in weights(played.discriminator)) == pytest.approx(0.01)


@pytest.mark.parametrize(("name", "options"), [("dense", {}), ("dcgan", {"channels": 2, "halvings": 2})])
def test_a_normalised_discriminator_learns_and_stands_still_while_the_generator_does(name, options):
    played = game(name, teaching=DiscriminatorTraining(spectral_norm=True), **options)
    discriminator = weights(played.discriminator)
    played.update_discriminator(1, REAL, LABELS, noise())
    assert all(moved(discriminator, weights(played.discriminator)))
    held, discriminator = played.state(), weights(played.discriminator)
    played.update_generator(1, REAL, LABELS, noise())
    assert all(np.array_equal(held[name], value) for name, value in played.state().items() if name.startswith("judge"))
    assert not any(moved(discriminator, weights(played.discriminator)))


def test_a_normalised_discriminator_of_one_layer_has_a_slope_of_1():
    played = game(
        objective=hinge, labels=0, teaching=DiscriminatorTraining(spectral_norm=True), discriminator={"widths": ()}
    )
    for _ in range(50):
        played.judge.turn()
    with tf.GradientTape() as tape:
        tape.watch(REAL)
        logits = played.judge(REAL, LABELS).logits
    slopes = tf.norm(tf.reshape(tape.gradient(logits, REAL), (BATCH, -1)), axis=1)
    np.testing.assert_allclose(slopes, 1, rtol=1e-4)


def test_matching_features_counts_as_worked_by_hand():
    plain, matching = (
        game(teaching=DiscriminatorTraining(feature_matching=weight), discriminator={"dropout": 0.0})
        for weight in (0.0, 3.0)
    )
    fake = plain.ask(plain.generator, noise(), LABELS)
    real, made = (matching.judge(clips, LABELS).hidden.numpy().mean(axis=0) for clips in (REAL, fake))
    expected = float(plain.update_generator(1, REAL, LABELS, noise())) + 3 * np.sum((real - made) ** 2)
    assert float(matching.update_generator(1, REAL, LABELS, noise())) == pytest.approx(expected, rel=1e-4)


def test_smoothed_targets_reach_the_discriminator():
    sharp, smooth = (
        game(teaching=DiscriminatorTraining(smoothing=smoothing), discriminator={"dropout": 0.0})
        for smoothing in (0.0, 0.2)
    )
    real, fake = tf.constant([[2.0]]), tf.constant([[0.0]])
    assert float(smooth.discriminator_loss(real, fake) - sharp.discriminator_loss(real, fake)) == pytest.approx(
        0.2, rel=1e-5
    )


def augmented(**rule):
    silence = np.zeros(SHAPE, np.float32)
    return Augmentation(Augment(**{"kinds": ("shift", "cutout"), **rule}), silence, None, frequency=True)


def test_the_discriminator_sees_real_and_fake_changed_in_both_updates_and_anew_each_time():
    played = game(augment=augmented())
    shown = [played.show(REAL, number, purpose).numpy() for number, purpose in ((1, 0), (2, 0), (1, 1))]
    for one in shown:
        assert not np.array_equal(one, REAL)
    assert not np.array_equal(shown[0], shown[1])
    assert not np.array_equal(shown[0], shown[2])
    np.testing.assert_array_equal(shown[0], played.show(REAL, 1, 0))


def test_augmentation_that_never_happens_is_the_game_without_it_to_the_bit():
    plain, never = game(), game(augment=augmented(probability=0.0))
    for played in (plain, never):
        played.train_step(tf.constant(1), REAL, LABELS)
    for name, value in plain.state().items():
        np.testing.assert_array_equal(value, never.state()[name], err_msg=name)


def test_an_adaptive_probability_follows_the_discriminator_and_is_restored():
    rule = {"probability": "adaptive", "span": 40, "target": -0.99}  # any discriminator is surer than that
    first, second = game(augment=augmented(**rule)), game(augment=augmented(**rule))
    losses = first.train_step(tf.constant(1), REAL, LABELS)
    assert float(losses["augment_probability"]) == pytest.approx(0.1)
    second.restore(first.state())
    assert float(second.chance.value) == pytest.approx(0.1)


def test_the_largest_seed_draws_as_any_other():
    played = game(seed=2**31 - 1, teaching=DiscriminatorTraining(penalty=Penalty(kind="wgan_gp")))
    losses = played.train_step(tf.constant(1), REAL, LABELS)
    assert all(np.isfinite(float(loss)) for loss in losses.values())


def test_a_lazy_penalty_is_paid_in_full_when_it_is_due_and_not_before():
    lazy, always = (
        game(teaching=DiscriminatorTraining(penalty=Penalty(kind="r1", every=every)), discriminator={"dropout": 0.0})
        for every in (4, 1)
    )
    fake = tf.zeros_like(REAL)

    def paid(played, turn):
        return float(played.penalty(tf.constant(turn), lambda clips: played.judge(clips, LABELS).logits, REAL, fake))

    assert paid(lazy, 1) == 0
    assert paid(lazy, 4) == pytest.approx(4 * paid(always, 4), rel=1e-5)
    assert paid(lazy, 4) > 0


@pytest.mark.parametrize(("spectral_norm", "every"), [(False, 1), (True, 2)])
def test_a_step_pays_the_same_penalty_whatever_the_step_of_its_finite_difference(spectral_norm, every):
    paid = []
    for difference in (0.0, 0.01, 0.001):
        rule = Penalty(kind="r1", weight=1000.0, difference=difference, every=every)
        played = game(
            teaching=DiscriminatorTraining(penalty=rule, spectral_norm=spectral_norm),
            discriminator={"dropout": 0.5, "widths": (64,)},
        )
        paid.append(float(played.train_step(tf.constant(2), REAL, LABELS)["discriminator_loss"]))
    assert paid[1] == pytest.approx(paid[2], rel=0.1)
    assert paid[0] / 10 < paid[1] < 10 * paid[0]  # one direction a clip; with masks of their own: thousands of times
