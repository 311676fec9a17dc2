import numpy as np
import pytest

from waveloom.config.errors import InputError
from waveloom.models.generators import gansynth
from waveloom.models.generators.gansynth import Config

SMALL = Config(channels=4, most=8, halvings=2)


@pytest.mark.parametrize("shape", [(32, 64, 2), (32, 64)])
def test_it_makes_loudness_with_or_without_turns(shape):
    nets = gansynth.build(SMALL, shape, 8, 0)
    assert nets.generator.output_shape == (None, *shape)
    assert nets.discriminator.input_shape == (None, *shape)


@pytest.mark.parametrize("shape", [(31, 64, 2), (32, 62, 2), (1024,)])
def test_sides_it_cannot_halve_are_refused_with_the_way_out(shape):
    with pytest.raises(InputError, match=r"multiples of 4.*instantaneous_frequency"):
        gansynth.build(SMALL, shape, 8, 0)


def test_a_sound_is_the_same_whatever_the_others_and_however_often():
    network = gansynth.build(SMALL, (8, 16, 2), 8, 0).generator
    noise = np.random.default_rng(0).standard_normal((4, 8)).astype(np.float32)
    np.testing.assert_allclose(network(noise), network(noise, training=True), atol=1e-5)
    np.testing.assert_allclose(network(noise)[1:2], network(noise[1:2]), atol=1e-5)


def test_louder_noise_is_the_same_noise():
    network = gansynth.build(SMALL, (8, 16, 2), 8, 0).generator
    noise = np.random.default_rng(0).standard_normal((4, 8)).astype(np.float32)
    np.testing.assert_allclose(network(noise), network(3 * noise), atol=1e-5)  # it lies on a sphere


@pytest.mark.parametrize("convolutions", [1, 2])
def test_widths_double_away_from_the_sound_up_to_the_most(convolutions):
    config = Config(channels=4, most=12, halvings=3, convolutions=convolutions)
    nets = gansynth.build(config, (8, 16, 2), 8, 0)
    widths = [weight.shape[-1] for weight in nets.generator.weights if len(weight.shape) == 4]
    assert widths == [*[width for width in (12, 12, 8, 4) for _ in range(convolutions)], 2]
