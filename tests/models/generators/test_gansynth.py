import numpy as np
import pytest

from tests.models.pairs import build_generator, build_pair
from waveloom.config.errors import InputError

SMALL = {"channels": 4, "max_channels": 8, "halvings": 2}


@pytest.mark.parametrize("shape", [(32, 64, 2), (32, 64)])
def test_it_makes_magnitudes_with_or_without_instantaneous_frequency(shape):
    nets = build_pair("gansynth", shape, 8, **SMALL)
    assert nets.generator.output_shape == (None, *shape)
    assert nets.discriminator.input_shape == (None, *shape)


@pytest.mark.parametrize("shape", [(31, 64, 2), (32, 62, 2), (1024,)])
def test_sides_it_cannot_halve_are_refused_with_the_way_out(shape):
    with pytest.raises(InputError, match=r"multiples of 4.*instantaneous_frequency"):
        build_generator("gansynth", shape, 8, **SMALL)


def test_a_sound_is_the_same_whatever_the_others_and_however_often():
    network = build_generator("gansynth", (8, 16, 2), 8, **SMALL)
    noise = np.random.default_rng(0).standard_normal((4, 8)).astype(np.float32)
    np.testing.assert_allclose(network(noise), network(noise, training=True), atol=1e-5)
    np.testing.assert_allclose(network(noise)[1:2], network(noise[1:2]), atol=1e-5)


def test_louder_noise_is_the_same_noise():
    network = build_generator("gansynth", (8, 16, 2), 8, **SMALL)
    noise = np.random.default_rng(0).standard_normal((4, 8)).astype(np.float32)
    np.testing.assert_allclose(network(noise), network(3 * noise), atol=1e-5)  # it is normalised to a sphere


@pytest.mark.parametrize("convolutions", [1, 2])
def test_widths_double_away_from_the_clip_up_to_max_channels(convolutions):
    options = {"channels": 4, "max_channels": 12, "halvings": 3, "convolutions": convolutions}
    network = build_generator("gansynth", (8, 16, 2), 8, **options)
    widths = [weight.shape[-1] for weight in network.weights if len(weight.shape) == 4]
    assert widths == [*[width for width in (12, 12, 8, 4) for _ in range(convolutions)], 2]
