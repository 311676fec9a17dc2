import numpy as np
import pytest

from waveloom.audio.mel_filters import averaging_filters
from waveloom.representations import mel
from waveloom.representations._mel_inverse import bands_to_bins
from waveloom.representations.mel import Config

RATE, SAMPLES = 16000, 8192


@pytest.mark.parametrize("hertz", [250, 1000, 4000])
def test_a_tone_is_loudest_in_the_band_around_it(hertz):
    clip = (0.5 * np.sin(2 * np.pi * hertz * np.arange(SAMPLES) / RATE))[None].astype(np.float32)
    encoded = mel.encode(Config(), clip, RATE)[0]
    expected = 129 * np.log1p(hertz / 700) / np.log1p(8000 / 700) - 1
    assert abs(encoded[16].argmax() - expected) < 1


def test_estimated_bins_are_not_negative_and_reproduce_the_bands():
    matrix = averaging_filters(40, 512, RATE)
    bands = np.abs(np.random.default_rng(0).standard_normal((5, 256)).astype(np.float32)) @ matrix
    bins = bands_to_bins(bands, matrix, steps=50)
    assert bins.min() >= 0
    assert np.linalg.norm(bins @ matrix - bands) < 0.02 * np.linalg.norm(bands)


def test_more_steps_reduce_the_error():
    matrix = averaging_filters(128, 1024, RATE)
    bands = np.abs(np.random.default_rng(0).standard_normal((5, 512)).astype(np.float32)) @ matrix
    errors = [np.linalg.norm(bands_to_bins(bands, matrix, steps) @ matrix - bands) for steps in (0, 5, 20)]
    assert errors == sorted(errors, reverse=True)


def test_a_flat_spectrum_stays_flat():
    matrix = averaging_filters(64, 1024, RATE)
    np.testing.assert_allclose(bands_to_bins(np.ones((1, 512), np.float32) @ matrix, matrix, 10)[0, 8:-8], 1, rtol=1e-3)
