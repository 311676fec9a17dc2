import keras
import numpy as np
import pytest

from waveloom.config.errors import InputError
from waveloom.models.generators import dual, residual, wavegan
from waveloom.models.generators.dual import Config, build

NOISE = np.random.default_rng(0).standard_normal((4, 6)).astype(np.float32)
TIME, FOURIER = wavegan.Config(channels=2, quarterings=3), residual.Config(width=8, spectra=8, style=8, halvings=1)


def views(**knobs):
    keras.utils.set_random_seed(3)
    return build(Config(time=TIME, fourier=FOURIER, hop=16, **knobs), (256,), 6, 0)


def disturb(networks, name):
    for weight in networks.views.generators.trainable_variables:
        if weight.path.startswith(f"{name}/"):
            weight.assign(weight + 0.1)


def changed(networks, name):
    """Whether each view changes with the weights of one generator."""
    before = networks.views.generators(NOISE)
    disturb(networks, name)
    return [not np.array_equal(one, other) for one, other in zip(before, networks.views.generators(NOISE), strict=True)]


def test_without_exchange_each_view_depends_on_its_own_weights_alone():
    assert changed(views(exchange=False), "time") == [True, False]
    assert changed(views(exchange=False), "fourier") == [False, True]


def test_with_exchange_each_view_depends_on_both():
    assert changed(views(), "time") == [True, True]
    assert changed(views(), "fourier") == [True, True]


def test_every_weight_is_of_one_generator():
    paths = [weight.path for weight in views().views.generators.trainable_variables]
    assert {path.split("/")[0] for path in paths} == {"time", "fourier"}


def test_each_stage_of_both_tells_the_other_once():
    on, off = (views(exchange=exchange).views.generators for exchange in (True, False))
    assert len(on.trainable_variables) - len(off.trainable_variables) == 2 * 2 * TIME.quarterings  # kernel and bias


def test_what_is_heard_is_the_time_view_or_both():
    one, both = views(heard="time"), views(heard="both")
    clip, view = one.views.generators(NOISE)
    np.testing.assert_array_equal(one.generator(NOISE), clip)
    heard = both.generator(NOISE)
    assert heard.shape == clip.shape
    disagreement = np.abs(one.views.transform(clip) - view).mean()
    assert np.abs(one.views.transform(heard) - view).mean() < disagreement


def test_the_discriminator_is_the_sum_of_the_two_of_its_views():
    made = views()
    clips = np.random.default_rng(1).uniform(-0.5, 0.5, (4, 256)).astype(np.float32)
    time, fourier = made.views.discriminators
    np.testing.assert_allclose(made.discriminator(clips), time(clips) + fourier(made.views.transform(clips)), rtol=1e-4)


@pytest.mark.parametrize(("hop", "quarterings"), [(16, 5), (256, 3)])
def test_any_two_grids_meet(hop, quarterings):
    rules = Config(time=wavegan.Config(channels=1, quarterings=quarterings), fourier=FOURIER, hop=hop)
    clip, view = build(rules, (4096,), 6, 0).views.generators(NOISE)
    assert clip.shape == (4, 4096)
    assert view.shape == (4, 4096 // hop, 2 * hop)


@pytest.mark.parametrize("shape", [(1000,), (32, 32)])
def test_clips_it_cannot_cut_are_refused_with_the_way_out(shape):
    with pytest.raises(InputError, match="waveform"):
        dual.build(Config(), shape, 6, 0)
