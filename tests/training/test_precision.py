import numpy as np
import pytest
import tensorflow as tf

from tests.training.games.test_generation import REAL_BATCH, game
from waveloom.config.errors import InputError
from waveloom.models.recipe import DiscriminatorTraining, Penalty
from waveloom.training import precision
from waveloom.training.objectives import wasserstein


def test_mixed_is_refused_where_it_would_be_emulated(monkeypatch):
    monkeypatch.setattr(precision, "has_bfloat16", lambda: False)
    with pytest.raises(InputError, match="neither a GPU nor a processor"), precision.computing_in("mixed"):
        pass


def test_mixed_keeps_weights_and_losses_in_float32_and_learns(monkeypatch):
    monkeypatch.setattr(precision, "has_bfloat16", lambda: True)
    with precision.computing_in("mixed"):
        a_game = game(objective=wasserstein, discriminator=DiscriminatorTraining(penalty=Penalty(kind="wgan_gp")))
    computed = [layer.compute_dtype for layer in a_game.generator.layers]
    assert ("bfloat16" in computed, computed[-1]) == (True, "float32")
    before = a_game.state()
    losses = a_game.train_step(tf.constant(1), REAL_BATCH)
    after = a_game.state()
    assert {loss.dtype for loss in losses.values()} == {tf.float32}
    weights = [*a_game.generator.trainable_weights, *a_game.discriminator.trainable_weights]
    assert {np.array(weight).dtype for weight in weights} == {np.dtype(np.float32)}
    assert any(not np.array_equal(before[name], after[name]) for name in after if name.startswith("generator/"))
    assert all(np.isfinite(value).all() for value in after.values())


def test_a_step_that_xla_compiled_takes_every_weight_as_far_on_other_noise():
    compiled = game(options={"dropout": 0.0})
    before = [np.array(weight) for weight in compiled.generator.weights]
    compiled.compile()
    losses = compiled.train_step(tf.constant(1), REAL_BATCH)
    assert float(losses["discriminator_loss"]) == pytest.approx(np.log(2), abs=0.1)  # an untaught discriminator's
    for old, new in zip(before, compiled.generator.weights, strict=True):
        assert np.abs(np.array(new) - old).max() == pytest.approx(0.0002, rel=0.01)  # Adam's first step: the rate
