import keras
import numpy as np
import pytest

from tests.models.pairs import build_discriminator, build_generator
from waveloom.config.errors import InputError
from waveloom.models.build_networks import both_views
from waveloom.models.recipe import parts, resolve

NOISE = np.random.default_rng(0).standard_normal((4, 6)).astype(np.float32)
TIME, FOURIER = {"channels": 2, "quarterings": 3}, {"width": 8, "style": 8}
TREE = {"representation": "waveform", "generator": "dual", "discriminator": "dual", "objective": "wasserstein"}


def dual(**options):
    keras.utils.set_random_seed(3)
    options = {"time": TIME, "fourier": {**FOURIER, "spectra": 8}, "hop": 16, **options}
    return build_generator("dual", (256,), 6, **options)


def dual_discriminator():
    return build_discriminator("dual", (256,), time=TIME, fourier={**FOURIER, "halvings": 1}, hop=16)


def views(generator):
    return both_views(parts(resolve(TREE, {})), generator, dual_discriminator())


def changed(generator, name):
    """Whether each view changes with the weights of one generator."""
    network = views(generator).generators
    before = network(NOISE)
    for weight in network.trainable_variables:
        if weight.path.startswith(f"{name}_"):
            weight.assign(weight + 0.1)
    return [not np.array_equal(one, other) for one, other in zip(before, network(NOISE), strict=True)]


def test_without_exchange_each_view_depends_on_its_own_weights_alone():
    assert changed(dual(exchange=False), "time") == [True, False]
    assert changed(dual(exchange=False), "fourier") == [False, True]


def test_with_exchange_each_view_depends_on_both():
    assert changed(dual(), "time") == [True, True]
    assert changed(dual(), "fourier") == [True, True]


def test_every_weight_is_of_one_generator():
    paths = [weight.path for weight in views(dual()).generators.trainable_variables]
    assert {path.split("_")[0] for path in paths} == {"time", "fourier"}


def test_each_stage_of_both_receives_the_others_features_once():
    on, off = (dual(exchange=exchange) for exchange in (True, False))
    assert len(on.trainable_variables) - len(off.trainable_variables) == 2 * 2 * TIME["quarterings"]  # kernel and bias


def test_the_output_is_the_time_view_or_both():
    time, both = dual(output="time"), dual(output="both")
    clip, view = views(time).generators(NOISE)
    np.testing.assert_array_equal(time(NOISE), clip)
    combined, transform = both(NOISE), views(both).transform
    assert combined.shape == clip.shape
    assert np.abs(transform(combined) - view).mean() < np.abs(transform(clip) - view).mean()


def test_the_discriminator_is_the_sum_of_the_two_of_its_views():
    discriminator = dual_discriminator()
    found = both_views(parts(resolve(TREE, {})), dual(), discriminator)
    clips = np.random.default_rng(1).uniform(-0.5, 0.5, (4, 256)).astype(np.float32)
    time, fourier = found.discriminators
    np.testing.assert_allclose(discriminator(clips), time(clips) + fourier(found.transform(clips)), rtol=1e-4)


@pytest.mark.parametrize(("hop", "quarterings"), [(16, 5), (256, 3)])
def test_any_two_time_resolutions_can_be_combined(hop, quarterings):
    options = {"time": {"channels": 1, "quarterings": quarterings}, "fourier": FOURIER, "hop": hop}
    clip, view = views(build_generator("dual", (4096,), 6, **options)).generators(NOISE)
    assert clip.shape == (4, 4096)
    assert view.shape == (4, 4096 // hop, 2 * hop)


@pytest.mark.parametrize("shape", [(1000,), (32, 32)])
def test_clips_that_do_not_divide_are_refused_with_the_way_out(shape):
    with pytest.raises(InputError, match="waveform"):
        build_generator("dual", shape, 6)
    with pytest.raises(InputError, match="waveform"):
        build_discriminator("dual", shape)


def test_a_generator_with_one_view_is_refused():
    one = parts(resolve({**TREE, "generator": "wavegan"}, {}))
    with pytest.raises(InputError, match="dual needs a generator with two views, and wavegan has one"):
        both_views(one, build_generator("wavegan", (1024,), 6), dual_discriminator())
