import numpy as np
import pytest

from waveloom.config.errors import InputError
from waveloom.representations import multiband
from waveloom.representations.multiband import Config, filter_bank

RATE, SAMPLES = 16000, 4096
NOISE = np.random.default_rng(0).uniform(-0.9, 0.9, (2, SAMPLES)).astype(np.float32)
CONFIGS = [Config(bands=bands, taps=taps) for bands in (4, 8, 16) for taps in (8, 12, 32)]


def round_trip(config, clips):
    return multiband.decode(config, multiband.encode(config, clips, RATE), clips.shape[1], RATE)


@pytest.mark.parametrize("config", CONFIGS, ids=str)
def test_the_reconstruction_error_of_noise_is_below_minus_57_db(config):
    error = round_trip(config, NOISE) - NOISE
    assert 10 * np.log10((NOISE**2).mean() / (error**2).mean()) > 57


@pytest.mark.parametrize("bands", [4, 8, 16])
def test_a_sine_at_a_bands_centre_is_in_that_band_only(bands):
    for band in range(bands):
        hertz = (band + 0.5) * RATE / 2 / bands
        clip = np.sin(2 * np.pi * hertz * np.arange(SAMPLES) / RATE + 0.3)[None]
        power = (multiband.encode(Config(bands=bands), clip, RATE)[0] ** 2).mean(axis=0)
        assert power[band] / power.sum() > 1 - 1e-6


@pytest.mark.parametrize("sample", [0, 1, 1000, SAMPLES - 1])
def test_a_click_keeps_its_sample(sample):
    clip = 0.5 * np.eye(1, SAMPLES, sample, dtype=np.float32)
    np.testing.assert_allclose(round_trip(Config(), clip), clip, atol=2e-3)


def test_a_click_is_at_its_time_in_every_band():
    clip = np.eye(1, SAMPLES, 4 * 200, dtype=np.float32)
    power = multiband.encode(Config(), clip, RATE)[0] ** 2
    np.testing.assert_allclose(np.arange(SAMPLES // 4) @ power / power.sum(axis=0), 200, atol=1e-2)


def test_the_energy_of_a_clip_is_the_energy_of_its_bands():
    norm = filter_bank(4, 12)[1]
    encoded = norm * multiband.encode(Config(), NOISE, RATE)
    assert (encoded**2).sum() == pytest.approx((NOISE**2).sum(), rel=2e-3)


@pytest.mark.parametrize("bands", [4, 16])
def test_the_clip_with_the_largest_band_value_reaches_exactly_one(bands):
    filters, _ = filter_bank(bands, 12)
    worst = np.abs(filters).sum(axis=1).argmax()
    clip = np.zeros((1, SAMPLES), np.float32)
    clip[0, : filters.shape[1]] = np.sign(filters[worst])
    assert np.abs(multiband.encode(Config(bands=bands), clip, RATE)).max() == pytest.approx(1, abs=1e-5)


def test_clips_shorter_than_a_filter_are_reconstructed():
    clip = NOISE[:1, :16]
    np.testing.assert_allclose(round_trip(Config(bands=4, taps=64), clip), clip, atol=5e-3)


def test_the_error_of_an_unsuitable_length_suggests_a_suitable_one():
    with pytest.raises(InputError, match=r"Set prepare.samples to 4096"):
        multiband.shape(Config(bands=16), 4100, RATE)
