import numpy as np
import pytest

from tests.sounds import RATE, noise, silence, tone
from waveloom.evaluation.metrics import NotMeasuredError, Reference, Sounds
from waveloom.evaluation.metrics.noise_floor import score
from waveloom.evaluation.subset import Subset

DECAY = np.exp(-8 * np.arange(RATE) / RATE).astype(np.float32)


def floor_db(*clips: np.ndarray) -> float:
    one = np.stack(clips)
    part = Subset(Sounds(one, RATE, np.zeros((len(one), 1)), np.full(len(one), "")), np.full(len(one), ""))
    return score(part, Reference(part, part))["noise_floor_db"]


@pytest.mark.parametrize("gain", [0.1, 0.01])
def test_hiss_under_a_decaying_tone_is_measured_as_hiss_alone(gain):
    hiss = noise(gain=gain)
    alone, under = floor_db(hiss), floor_db(hiss + tone(440) * DECAY)
    assert under == pytest.approx(alone, abs=3)


def test_twenty_decibels_more_hiss_raise_it_by_twenty_decibels():
    assert floor_db(noise(gain=0.1)) - floor_db(noise(gain=0.01)) == pytest.approx(20, abs=0.5)


def test_a_steady_tone_is_not_noise():
    assert floor_db(tone(440) + noise(gain=0.01)) == pytest.approx(floor_db(noise(gain=0.01)), abs=2)


def test_a_clean_decay_has_a_low_noise_floor_and_silent_sounds_are_ignored():
    clean = floor_db(tone(440) * DECAY**2)
    assert clean < floor_db(tone(440) * DECAY**2 + noise(gain=0.01)) - 10
    assert floor_db(noise(gain=0.1), silence()) == floor_db(noise(gain=0.1))


def test_silence_alone_is_not_measured():
    with pytest.raises(NotMeasuredError, match="every sound is silent"):
        floor_db(silence())
