import numpy as np
import pytest

from waveloom.representations import mel
from waveloom.representations._mel import filters, spread
from waveloom.representations.mel import Config

RATE, SAMPLES = 16000, 8192


@pytest.mark.parametrize("bands", [20, 128, 512, 700])
def test_each_band_is_a_mean_of_bins_and_none_is_empty(bands):
    matrix = filters(bands, 1024, RATE)
    assert matrix.shape == (512, bands)
    assert matrix.min() >= 0
    np.testing.assert_allclose(matrix.sum(axis=0), 1, rtol=1e-5)


def test_centres_are_equally_far_apart_in_mel():
    centres = np.arange(4096) @ filters(30, 8192, RATE) * RATE / 8192  # Hz
    steps = np.diff(1127 * np.log1p(centres / 700))
    np.testing.assert_allclose(steps, 1127 * np.log1p(8000 / 700) / 31, rtol=0.02)


@pytest.mark.parametrize("hertz", [250, 1000, 4000])
def test_a_tone_is_loudest_in_the_band_around_it(hertz):
    clip = (0.5 * np.sin(2 * np.pi * hertz * np.arange(SAMPLES) / RATE))[None].astype(np.float32)
    encoded = mel.encode(Config(), clip, RATE)[0]
    wanted = 129 * np.log1p(hertz / 700) / np.log1p(8000 / 700) - 1
    assert abs(encoded[16].argmax() - wanted) < 1


def test_bins_found_for_bands_are_never_negative_and_give_the_bands_back():
    matrix = filters(40, 512, RATE)
    bands = np.abs(np.random.default_rng(0).standard_normal((5, 256)).astype(np.float32)) @ matrix
    found = spread(bands, matrix, steps=50)
    assert found.min() >= 0
    assert np.linalg.norm(found @ matrix - bands) < 0.02 * np.linalg.norm(bands)


def test_more_steps_come_nearer():
    matrix = filters(128, 1024, RATE)
    bands = np.abs(np.random.default_rng(0).standard_normal((5, 512)).astype(np.float32)) @ matrix
    wrong = [np.linalg.norm(spread(bands, matrix, steps) @ matrix - bands) for steps in (0, 5, 20)]
    assert wrong == sorted(wrong, reverse=True)


def test_a_flat_spectrum_stays_flat():
    matrix = filters(64, 1024, RATE)
    np.testing.assert_allclose(spread(np.ones((1, 512), np.float32) @ matrix, matrix, 10)[0, 8:-8], 1, rtol=1e-3)
