import numpy as np
import pytest

from tests.sounds import RATE, noise, silence, tone
from waveloom.audio.clip import Clip
from waveloom.preparation.align import alignment_sample, onset


@pytest.mark.parametrize("place", [0, 1, 79, 5_000, 15_999])
@pytest.mark.parametrize("rate", [8_000, RATE, 192_000])
def test_the_onset_of_a_click_is_its_sample(place, rate):
    click = silence()
    click[place] = 0.5
    assert onset(Clip(click, rate), silence_db=50) == place


@pytest.mark.parametrize("gain", [1e-3, 1.0])
def test_the_onset_of_a_tone_after_noise_is_its_start(gain):
    sound = np.concatenate([noise(0.5, gain=0.003), tone(1000, 0.5)])
    assert onset(Clip(np.float32(gain) * sound, RATE), 50) == pytest.approx(0.5 * RATE, abs=4)


def test_a_faint_click_in_the_pause_is_no_onset():
    sound = np.concatenate([silence(0.5), tone(1000, 0.5)])
    sound[2000] = 0.01
    assert onset(Clip(sound, RATE), 80) == pytest.approx(0.5 * RATE, abs=4)


def test_the_peak_is_the_loudest_sample_of_either_sign():
    sound = noise()
    sound[777] = -0.9
    assert alignment_sample(Clip(sound, RATE), "peak", 50) == 777


def test_the_centre_is_the_middle_of_the_sound():
    sound = np.concatenate([silence(0.25), tone(1000, 0.5), silence(1.0)])
    assert alignment_sample(Clip(sound, RATE), "centre", 50) == pytest.approx(0.5 * RATE, abs=4)


def test_a_centre_that_falls_into_a_pause_moves_to_the_nearest_sound():
    sound = np.concatenate([tone(1000, 0.1), silence(1.0), tone(1000, 0.3)])
    assert alignment_sample(Clip(sound, RATE), "centre", 50) in (
        pytest.approx(0.1 * RATE, abs=4),
        pytest.approx(1.1 * RATE, abs=4),
    )


def test_the_start_is_the_first_sample():
    assert alignment_sample(Clip(noise(), RATE), "start", 50) == 0
