import keras
import numpy as np
import pytest

from tests.models import pairs
from waveloom.config.errors import InputError
from waveloom.models.generators import translator
from waveloom.models.networks import Inputs

BINS = 64


def build(frames, name="translator", **options):
    keras.utils.set_random_seed(2)
    return pairs.build_generator(name, (frames, BINS), 0, 3, width=16, **options)


def source(frames):
    return np.random.default_rng(0).uniform(-1, 1, (2, frames, BINS)).astype(np.float32)


@pytest.mark.parametrize(
    "options",
    [
        {"name": "translator", "content": "residual"},
        {"name": "translator", "content": "spectrogram"},
        {"name": "stylegan_translator"},
    ],
)
def test_a_longer_window_has_the_same_frames_32_or_more_from_its_edges(options):
    short, long = build(64, **options), build(128, **options)
    for weight in short.weights:
        weight.assign(weight + 0.02)  # also those that start at zero
    long.set_weights(short.get_weights())
    labels, clip = np.array([0, 2]), source(128)
    first, whole = short([clip[:, :64], labels]), long([clip, labels])
    np.testing.assert_allclose(first[:, :32], whole[:, :32], atol=1e-5)


def test_a_smooth_equaliser_of_the_source_changes_only_what_the_loudness_and_flux_say():
    network = build(16, coefficients=30)
    curve = (0.1 * np.cos(np.pi * 4 * (np.arange(BINS) + 0.5) / BINS)).astype(np.float32)
    clip, labels = source(16), np.array([1, 1])
    plain = build(16, content="spectrogram")
    change = np.abs(network([clip + curve, labels]) - network([clip, labels])).mean()
    assert change < 0.1 * np.abs(plain([clip + curve, labels]) - plain([clip, labels])).mean()


def test_frames_that_are_no_multiple_of_four_are_refused():
    with pytest.raises(InputError, match="multiple of 4"):
        build(30)


def test_it_is_refused_without_domains():
    with pytest.raises(InputError, match="set the task"):
        translator.build(translator.Config(), (32, 32), Inputs(64, 3))
