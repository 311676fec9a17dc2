import keras
import numpy as np
import pytest
import tensorflow as tf

from waveloom.networks import dcgan, dense
from waveloom.objectives import bce, hinge, wasserstein
from waveloom.recipes import Critic, Optimiser, Penalty
from waveloom.training.game import Game

SHAPE, NOISE, BATCH = (8, 8), 5, 4
REAL = tf.tanh(tf.random.stateless_normal((BATCH, *SHAPE), seed=(0, 0)))
LABELS = tf.constant([0, 1, 2, 0])


def game(networks=dense, objective=bce, labels=3, decay=0.5, seed=0, teaching=Critic(), **options):  # noqa: B008
    keras.utils.set_random_seed(7)
    nets = networks.build(networks.Config(**options), SHAPE, NOISE, labels)
    average = keras.models.clone_model(nets.generator)
    average.set_weights(nets.generator.get_weights())
    return Game(nets, average, objective, Optimiser(), seed, decay, teaching)


def weights(model):
    return [np.array(weight) for weight in model.trainable_weights]


def moved(before, after):
    return [not np.array_equal(one, other) for one, other in zip(before, after, strict=True)]


def noise(seed=0):
    return tf.random.stateless_normal((BATCH, NOISE), seed=(0, seed))


@pytest.mark.parametrize(("networks", "options"), [(dense, {}), (dcgan, {"channels": 2, "halvings": 2})])
@pytest.mark.parametrize("labels", [0, 3])
def test_each_network_moves_only_in_its_own_update(networks, options, labels):
    played = game(networks, labels=labels, **options)
    generator, critic = weights(played.generator), weights(played.critic)
    played.update_critic(1, REAL, LABELS, noise())
    assert not any(moved(generator, weights(played.generator)))
    assert all(moved(critic, weights(played.critic)))
    critic = weights(played.critic)
    played.update_generator(tf.constant(1), LABELS, noise())
    assert not any(moved(critic, weights(played.critic)))
    assert all(moved(generator, weights(played.generator)))


def test_a_step_moves_both_and_reports_both_losses():
    played = game()
    generator, critic = weights(played.generator), weights(played.critic)
    losses = played.train_step(tf.constant(1), REAL, LABELS)
    assert set(losses) == {"critic_loss", "generator_loss"}
    assert all(moved(generator, weights(played.generator)))
    assert all(moved(critic, weights(played.critic)))


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


def test_the_critic_learns_to_tell_real_from_fake():
    played = game(objective=hinge, labels=0)
    losses = [float(played.update_critic(step, REAL, LABELS, noise(step))) for step in range(80)]
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


def test_in_a_round_the_critic_moves_as_often_as_the_recipe_says_and_the_generator_once():
    played = game(teaching=Critic(updates=3))
    played.train_step(tf.constant(1), tf.repeat(REAL, 3, 0), tf.repeat(LABELS, 3, 0))
    assert int(played.critic_adam.count) == 3
    assert int(played.generator_adam.count) == 1


def test_clipped_weights_stay_within_the_bound():
    played = game(objective=wasserstein, teaching=Critic(clip=0.01))
    played.update_critic(1, REAL, LABELS, noise())
    assert max(np.abs(weight).max() for weight in weights(played.critic)) == pytest.approx(0.01)


def test_a_lazy_penalty_is_paid_in_full_when_it_is_due_and_not_before():
    lazy, always = (game(teaching=Critic(penalty=Penalty(kind="r1", every=every)), dropout=0.0) for every in (4, 1))
    fake = tf.zeros_like(REAL)
    paid = [float(lazy.penalty(tf.constant(turn), REAL, fake, LABELS)) for turn in (1, 4)]
    assert paid[0] == 0
    assert paid[1] == pytest.approx(4 * float(always.penalty(tf.constant(4), REAL, fake, LABELS)), rel=1e-5)
    assert paid[1] > 0
