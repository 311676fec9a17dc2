"""Positions between two channels, and whether decoding preserves them."""

import numpy as np
import pytest

from waveloom.representations import spectrogram
from waveloom.representations.stereo import Config, decode, encode, gains

RATE, SAMPLES = 16000, 16384
TIME = np.arange(SAMPLES) / RATE
NOISE = 0.2 * np.random.default_rng(0).standard_normal((2, SAMPLES)).astype(np.float32)
NOTE = (0.5 * np.exp(-3 * TIME) * sum(np.sin(2 * np.pi * hz * TIME) for hz in (440, 881))).astype(np.float32)


def round_trip(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    clip = np.stack([left, right])[None].astype(np.float32)
    return decode(Config(), encode(Config(), clip, RATE), SAMPLES, RATE)[0]


def balance_db(sound: np.ndarray) -> float:
    left, right = np.square(sound).sum(axis=1)
    return float(10 * np.log10(left / right))


def correlation(sound: np.ndarray) -> float:
    return float(np.corrcoef(sound)[0, 1])


@pytest.mark.parametrize(("left", "right"), [(1, 1), (1, 0.5), (0.1, 1)])
def test_a_panned_note_keeps_its_position_and_correlation(left, right):
    decoded = round_trip(left * NOTE, right * NOTE)
    assert balance_db(decoded) == pytest.approx(20 * np.log10(left / right), abs=0.1)
    assert correlation(decoded) > 0.999


def test_equal_channels_stay_equal_and_equal_the_mono_spectrogram():
    decoded = round_trip(NOTE, NOTE)
    np.testing.assert_allclose(decoded[0], decoded[1], atol=1e-5)
    mono = spectrogram.encode(spectrogram.Config(), NOTE[None], RATE)
    np.testing.assert_allclose(decoded[0], spectrogram.decode(spectrogram.Config(), mono, SAMPLES, RATE)[0], atol=1e-3)


def test_a_silent_channel_stays_silent():
    decoded = round_trip(NOTE, np.zeros(SAMPLES))
    assert np.abs(decoded[1]).max() < 1e-3
    assert np.abs(decoded[0]).max() > 0.4


def test_channels_of_opposite_sign_stay_opposite():
    assert correlation(round_trip(NOTE, -NOTE)) < -0.99


@pytest.mark.parametrize("samples", [1, 4, 8])
def test_a_delay_between_channels_is_preserved(samples):
    delayed = np.concatenate([np.zeros(samples), NOTE[:-samples]])
    decoded = round_trip(NOTE, delayed)
    shifts = range(-20, 21)
    fit = [float(decoded[0] @ np.roll(decoded[1], -shift)) for shift in shifts]
    assert shifts[int(np.argmax(fit))] == samples


def test_uncorrelated_channels_stay_uncorrelated():
    assert abs(correlation(round_trip(*NOISE))) < 0.25
    assert balance_db(round_trip(*NOISE)) == pytest.approx(0, abs=0.2)


def test_positions_are_points_of_the_sphere_and_its_centre_in_silence():
    positions = encode(Config(), np.stack([NOTE, 0.5 * NOTE])[None], RATE)[0, :, :, 1:]
    loud = positions[20, round(440 / RATE * 1024)]
    assert loud == pytest.approx([0.6, 0.8, 0], abs=1e-3)  # (1 - 1/4) / (1 + 1/4), 2 x 1/2 / (1 + 1/4), in phase
    assert not encode(Config(), np.zeros((1, 2, SAMPLES), np.float32), RATE)[..., 1:].any()


def test_gains_preserve_the_power_and_the_centre_of_the_sphere_is_the_middle():
    positions = np.random.default_rng(0).uniform(-1, 1, (200, 3)).astype(np.float32)
    left, right = gains(positions)
    np.testing.assert_allclose(np.abs(left) ** 2 + np.abs(right) ** 2, 2, rtol=1e-5)
    np.testing.assert_allclose((left + right).imag, 0, atol=1e-5)
    np.testing.assert_allclose(gains(np.zeros((1, 3), np.float32)), 1, atol=1e-6)
    expected = positions / np.linalg.norm(positions, axis=1, keepdims=True)
    products = [np.abs(left) ** 2 - np.abs(right) ** 2, 2 * (left * right.conj()).real, 2 * (left * right.conj()).imag]
    np.testing.assert_allclose(np.stack(products, axis=1) / 2, expected, atol=1e-4)
