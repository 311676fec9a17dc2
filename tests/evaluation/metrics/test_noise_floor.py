import numpy as np
import pytest

from tests.sounds import RATE, noise, silence, tone
from waveloom.evaluation.metrics import NotMeasuredError, Reference, Sounds
from waveloom.evaluation.metrics.noise_floor import score
from waveloom.evaluation.points import Part

DECAY = np.exp(-8 * np.arange(RATE) / RATE).astype(np.float32)


def floor_db(*clips: np.ndarray) -> float:
    one = np.stack(clips)
    part = Part(Sounds(one, RATE, np.zeros((len(one), 1)), np.full(len(one), "")), np.full(len(one), ""))
    return score(part, Reference(part, part))["noise_floor_db"]


@pytest.mark.parametrize("gain", [0.1, 0.01])
def test_hiss_under_a_decaying_tone_is_found_whatever_the_tone(gain):
    hiss = noise(gain=gain)
    alone, under = floor_db(hiss), floor_db(hiss + tone(440) * DECAY)
    assert under == pytest.approx(alone, abs=3)


def test_it_follows_the_hiss_decibel_by_decibel():
    assert floor_db(noise(gain=0.1)) - floor_db(noise(gain=0.01)) == pytest.approx(20, abs=0.5)


def test_a_steady_tone_is_no_noise():
    assert floor_db(tone(440) + noise(gain=0.01)) == pytest.approx(floor_db(noise(gain=0.01)), abs=2)


def test_a_clean_decay_is_near_the_bottom_and_silence_counts_for_nothing():
    clean = floor_db(tone(440) * DECAY**2)
    assert clean < floor_db(tone(440) * DECAY**2 + noise(gain=0.01)) - 10
    assert floor_db(noise(gain=0.1), silence()) == floor_db(noise(gain=0.1))


def test_of_silence_alone_there_is_nothing_to_say():
    with pytest.raises(NotMeasuredError, match="every sound is silent"):
        floor_db(silence())
