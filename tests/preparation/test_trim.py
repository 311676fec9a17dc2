import numpy as np
import pytest

from tests.sounds import RATE, silence, tone
from waveloom.audio.clip import Clip
from waveloom.preparation.trim import sounding_range

PADDED = Clip(np.concatenate([silence(0.5), tone(1000, 0.25), silence(0.25)]), RATE)


def test_a_sound_between_silences_is_found():
    start, stop = sounding_range(PADDED, silence_db=40)
    assert start == pytest.approx(0.5 * RATE, abs=2)
    assert stop == pytest.approx(0.75 * RATE, abs=2)


def test_the_margin_stays_within_the_clip():
    tight, wide = sounding_range(PADDED, 40), sounding_range(PADDED, 40, margin=100)
    assert wide == (tight[0] - 100, tight[1] + 100)
    assert sounding_range(PADDED, 40, margin=RATE) == (0, RATE)


@pytest.mark.parametrize("gain", [1e-4, 1.0])
def test_silence_does_not_depend_on_the_gain(gain):
    assert sounding_range(Clip(np.float32(gain) * PADDED.samples, RATE), 40) == sounding_range(PADDED, 40)


def test_noise_below_the_threshold_is_silence():
    faint = np.concatenate([tone(300, 0.5, gain=0.004), tone(1000, 0.5, gain=0.5)])
    assert sounding_range(Clip(faint, RATE), 40)[0] >= 0.5 * RATE
    assert sounding_range(Clip(faint, RATE), 60)[0] < 100


def test_a_silent_or_empty_clip_has_an_empty_range():
    assert sounding_range(Clip(silence(), RATE), 40) == (0, 0)
    assert sounding_range(Clip(silence(0), RATE), 40) == (0, 0)
