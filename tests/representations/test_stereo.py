"""Where a sound is between two channels, and whether it is there again after the way back."""

import numpy as np
import pytest

from waveloom.representations import spectrogram
from waveloom.representations.stereo import Config, decode, encode, gains

RATE, SAMPLES = 16000, 16384
TIME = np.arange(SAMPLES) / RATE
NOISE = 0.2 * np.random.default_rng(0).standard_normal((2, SAMPLES)).astype(np.float32)
NOTE = (0.5 * np.exp(-3 * TIME) * sum(np.sin(2 * np.pi * hz * TIME) for hz in (440, 881))).astype(np.float32)


def there_and_back(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    clip = np.stack([left, right])[None].astype(np.float32)
    return decode(Config(), encode(Config(), clip, RATE), SAMPLES, RATE)[0]


def balance_db(sound: np.ndarray) -> float:
    left, right = np.square(sound).sum(axis=1)
    return float(10 * np.log10(left / right))


def correlation(sound: np.ndarray) -> float:
    return float(np.corrcoef(sound)[0, 1])


@pytest.mark.parametrize(("left", "right"), [(1, 1), (1, 0.5), (0.1, 1)])
def test_a_panned_note_comes_back_where_it_was_and_both_channels_as_one(left, right):
    heard = there_and_back(left * NOTE, right * NOTE)
    assert balance_db(heard) == pytest.approx(20 * np.log10(left / right), abs=0.1)
    assert correlation(heard) > 0.999


def test_what_is_equal_in_both_channels_stays_equal_and_is_what_mono_gives():
    heard = there_and_back(NOTE, NOTE)
    np.testing.assert_allclose(heard[0], heard[1], atol=1e-5)
    alone = spectrogram.encode(spectrogram.Config(), NOTE[None], RATE)
    np.testing.assert_allclose(heard[0], spectrogram.decode(spectrogram.Config(), alone, SAMPLES, RATE)[0], atol=1e-3)


def test_a_channel_that_is_silent_stays_silent():
    heard = there_and_back(NOTE, np.zeros(SAMPLES))
    assert np.abs(heard[1]).max() < 1e-3
    assert np.abs(heard[0]).max() > 0.4


def test_channels_of_opposite_sign_come_back_opposite():
    assert correlation(there_and_back(NOTE, -NOTE)) < -0.99


@pytest.mark.parametrize("samples", [1, 4, 8])
def test_a_channel_that_is_late_is_late_by_as_much_again(samples):
    late = np.concatenate([np.zeros(samples), NOTE[:-samples]])
    heard = there_and_back(NOTE, late)
    shifts = range(-20, 21)
    fit = [float(heard[0] @ np.roll(heard[1], -shift)) for shift in shifts]
    assert shifts[int(np.argmax(fit))] == samples


def test_unrelated_channels_come_back_unrelated():
    assert abs(correlation(there_and_back(*NOISE))) < 0.25
    assert balance_db(there_and_back(*NOISE)) == pytest.approx(0, abs=0.2)


def test_places_are_a_point_of_the_sphere_and_its_centre_in_silence():
    places = encode(Config(), np.stack([NOTE, 0.5 * NOTE])[None], RATE)[0, :, :, 1:]
    loud = places[20, round(440 / RATE * 1024)]
    assert loud == pytest.approx([0.6, 0.8, 0], abs=1e-3)  # (1 - 1/4) / (1 + 1/4), 2 x 1/2 / (1 + 1/4), in phase
    assert not encode(Config(), np.zeros((1, 2, SAMPLES), np.float32), RATE)[..., 1:].any()


def test_gains_keep_the_power_and_put_what_is_nowhere_in_the_middle():
    places = np.random.default_rng(0).uniform(-1, 1, (200, 3)).astype(np.float32)
    left, right = gains(places)
    np.testing.assert_allclose(np.abs(left) ** 2 + np.abs(right) ** 2, 2, rtol=1e-5)
    np.testing.assert_allclose((left + right).imag, 0, atol=1e-5)
    np.testing.assert_allclose(gains(np.zeros((1, 3), np.float32)), 1, atol=1e-6)
    between = places / np.linalg.norm(places, axis=1, keepdims=True)
    found = [np.abs(left) ** 2 - np.abs(right) ** 2, 2 * (left * right.conj()).real, 2 * (left * right.conj()).imag]
    np.testing.assert_allclose(np.stack(found, axis=1) / 2, between, atol=1e-4)
