import numpy as np
import pytest

from tests.sounds import RATE, chirp, noise, silence, tone
from waveloom.audio.clip import Clip
from waveloom.preparation.denoise import Denoise, denoise, noise_profile


def decibels(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64))))


def test_a_pause_is_lowered_by_the_depth_and_a_tone_is_unchanged():
    sound = np.concatenate([silence(1.0), tone(1000, 1.0), silence(1.0)])
    noisy = sound + noise(3.0, gain=0.02)
    cleaned = denoise(Clip(noisy, RATE), Denoise(enabled=True, depth_db=20)).samples
    assert cleaned.dtype == np.float32
    assert len(cleaned) == len(noisy)
    assert decibels(noisy[4000:12000]) - decibels(cleaned[4000:12000]) > 15
    np.testing.assert_allclose(cleaned[20_000:28_000], sound[20_000:28_000], atol=0.02)


def test_a_sound_without_noise_is_unchanged():
    for clean in (np.concatenate([silence(1.0), chirp(200, 4000)]), silence(), tone(440, 0.1)):
        config = Denoise(enabled=True, quietest=1e-6, over=0)
        np.testing.assert_allclose(denoise(Clip(clean, RATE), config).samples, clean, atol=1e-5)


def test_digital_silence_is_not_part_of_the_noise_profile():
    power = np.array([[0.0, 2.0, 4.0, 100.0], [0.0, 4.0, 2.0, 100.0]])
    np.testing.assert_allclose(noise_profile(power, 0.5), [3.0, 3.0])
    assert not noise_profile(np.zeros((2, 3)), 0.5).any()


@pytest.mark.parametrize("rate", [8_000, 44_100, 192_000])
def test_denoising_works_at_any_rate(rate):
    sound = np.concatenate([silence(0.5, rate), tone(1000, 0.5, rate)]) + noise(1.0, rate, gain=0.01)
    cleaned = denoise(Clip(sound, rate), Denoise(enabled=True)).samples
    assert decibels(cleaned[: rate // 4]) < decibels(sound[: rate // 4]) - 10
