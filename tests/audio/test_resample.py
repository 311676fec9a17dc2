import numpy as np
import pytest

from tests.sounds import tone
from waveloom.audio.clip import Clip
from waveloom.audio.resample import resample


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
def test_a_tone_keeps_its_frequency(rate):
    clip = resample(Clip(tone(1000, rate=rate), rate), 16000)
    assert clip.rate == 16000
    assert clip.samples.dtype == np.float32
    np.testing.assert_allclose(clip.samples[1000:15000], tone(1000)[1000:15000], atol=1e-3)


def test_frequencies_above_half_the_new_rate_are_removed():
    clip = resample(Clip(tone(11_000, rate=44100), 44100), 16000)
    assert np.abs(clip.samples[1000:15000]).max() < 1e-5


def test_the_same_rate_changes_nothing():
    clip = Clip(tone(440), 16000)
    assert resample(clip, 16000) is clip
