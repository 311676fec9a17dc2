"""Properties of the style-based generator, with results worked out by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.models.pairs import build_generator
from waveloom.models.layers.style import ModulatedConvolution, NoiseInjection, StyleMean, StyleMixing, mix_styles

SHAPE, NOISE = (16, 8), 12
SMALL = {"widths": (16, 16, 8), "style": 16, "depth": 2}


def generator(labels=0, **options):
    keras.utils.set_random_seed(1)
    return build_generator("stylegan", SHAPE, NOISE, labels, **{**SMALL, **options})


def noise(batch=6, seed=0):
    return np.random.default_rng(seed).standard_normal((batch, NOISE)).astype(np.float32)


def strengthen(network, scale=1.0):
    """Set the strength of the injected noise, which starts at 0."""
    for layer in network.layers:
        if isinstance(layer, NoiseInjection):
            layer.strength.assign(scale * np.ones(layer.strength.shape))


@pytest.mark.parametrize("modulation", ["demodulate", "adain"])
def test_the_same_noise_gives_the_same_sound_to_the_bit(modulation):
    network = generator(modulation=modulation)
    strengthen(network)
    for training in (False, True):
        first, second = (network(noise(), training=training).numpy() for _ in range(2))
        np.testing.assert_array_equal(first, second)


def test_a_sound_does_not_depend_on_what_else_is_in_the_batch():
    network, given = generator(), noise()
    strengthen(network)
    together = network(given).numpy()
    np.testing.assert_allclose(network(given[::-1])[::-1], together, atol=1e-5)
    np.testing.assert_allclose(network(given[2:3]), together[2:3], atol=1e-5)


@pytest.mark.parametrize("gain", [0.1, 1.0, 30.0])
def test_a_demodulated_convolution_has_unit_variance_for_unit_input_whatever_the_style(gain):
    draw = np.random.default_rng(0)
    keras.utils.set_random_seed(0)
    x = draw.standard_normal((8, 400, 64)).astype(np.float32)
    scales = (gain * draw.uniform(0.2, 3, (8, 64))).astype(np.float32)
    result = ModulatedConvolution(96, 3)([x, scales]).numpy()[:, 1:-1]  # the ends are next to zero padding
    assert result.std() == pytest.approx(1, rel=0.02)
    assert result.std(axis=(1, 2)) == pytest.approx(1, rel=0.1)


def test_scaling_inputs_and_outputs_is_scaling_weights():
    draw = np.random.default_rng(0)
    x, scales = draw.standard_normal((3, 10, 4)).astype("f4"), draw.uniform(0.5, 2, (3, 4)).astype("f4")
    layer = ModulatedConvolution(5, 3)
    result = layer([x, scales]).numpy()
    for clip, scale, got in zip(x, scales, result, strict=True):
        weights = scale[None, :, None] * layer.kernel.numpy()
        weights /= np.sqrt(np.sum(weights**2, axis=(0, 1)))  # StyleGAN2, equations 1 and 3, word for word
        np.testing.assert_allclose(keras.ops.conv(clip[None], weights, padding="same")[0], got, atol=1e-5)


def test_styles_mixed_at_the_first_stage_are_the_second_alone():
    first, second = np.zeros((2, 3), np.float32), np.ones((2, 3), np.float32)
    for stages, expected in (((0, 0), 4 * [1]), ((4, 4), 4 * [0])):
        result = mix_styles(first, second, np.array(stages, np.float32), 4).numpy()
        assert result.shape == (2, 4, 3)
        np.testing.assert_array_equal(result[:, :, 0], [expected, expected])
    result = mix_styles(first, second, np.array([1, 3], np.float32), 4)
    np.testing.assert_array_equal(result[:, :, 0], [[0, 1, 1, 1], [0, 0, 0, 1]])


def test_in_training_the_given_fraction_is_mixed_at_every_stage_equally():
    given = noise(4000)
    first, second = np.zeros((4000, 1), np.float32), np.ones((4000, 1), np.float32)
    mixed = StyleMixing(5, 0.6)([first, second, given], training=True).numpy()[..., 0]
    stages_of_second = mixed.sum(axis=1)  # stages of the second style
    assert np.mean(stages_of_second > 0) == pytest.approx(0.6, abs=0.03)
    assert np.bincount(stages_of_second.astype(int), minlength=6)[1:] / 4000 == pytest.approx(
        [0.15, 0.15, 0.15, 0.15, 0], abs=0.02
    )
    assert not StyleMixing(5, 0.6)([first, second, given], training=False).numpy().any()


def test_without_mixing_training_and_sampling_make_the_same_sound():
    network = generator(mixing=0.0)
    np.testing.assert_array_equal(network(noise(), training=True), network(noise(), training=False))


@pytest.mark.parametrize("labels", [0, 3])
def test_truncation_of_zero_gives_one_sound_a_label(labels):
    network = generator(labels, truncation=0.0, noise_sources=0)
    given = [noise(), np.arange(6) % 3] if labels else noise()
    network(given, training=True)  # the mean style is learned
    sounds = network(given).numpy()
    np.testing.assert_allclose(sounds[:3], sounds[3:], atol=1e-6)
    assert (np.abs(sounds[0] - sounds[1]).max() > 1e-4) == bool(labels)


def test_truncation_interpolates_from_the_mean_style_to_the_clips_own():
    styles, labels = noise(5), np.zeros(5, np.int32)
    layers = [StyleMean(share, 1) for share in (0.0, 0.5, 1.0)]
    for layer in layers:
        layer([styles, labels])
        layer.mean.assign(np.full((1, NOISE), 2.0))
    mean, half, own = (layer([styles, labels]).numpy() for layer in layers)
    assert np.all(mean == 2)
    np.testing.assert_array_equal(own, styles)
    np.testing.assert_allclose(half, (mean + own) / 2, rtol=1e-6)


def test_the_mean_style_follows_each_label_the_batch_has():
    layer = StyleMean(0.5, 3)
    styles = np.array([[1.0], [3.0], [10.0]], np.float32)
    layer([styles, np.array([0, 0, 2])], training=True)
    np.testing.assert_allclose(layer.mean.numpy()[:, 0], [0.005 * 2, 0, 0.005 * 10], rtol=1e-4)


def test_the_mean_style_is_saved_with_the_weights_and_has_no_gradient():
    network = generator(labels=3)
    (mean,) = network.non_trainable_weights
    assert tuple(mean.shape) == (3, 16)
    assert any(mean is weight for weight in network.weights)


@pytest.mark.parametrize("strength", [0.0, 1.0])
def test_injected_noise_has_an_effect_only_if_it_has_strength(strength):
    network = generator()
    strengthen(network, strength)
    before = network(noise()).numpy()
    for layer in network.layers:
        if isinstance(layer, NoiseInjection):
            layer.salt += 100  # other numbers from the same latent vector
    assert (np.abs(network(noise()) - before).max() > 0.01) == bool(strength)


def test_training_moves_the_mean_style_inside_a_graph():
    network = generator()
    tf.function(lambda z: network(z, training=True))(noise())
    assert network.non_trainable_weights[0].numpy().any()
