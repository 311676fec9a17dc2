import numpy as np

from tests.sounds import RATE, tone
from waveloom.audio.clip import Clip
from waveloom.preparation.dc import remove_dc


def test_a_constant_becomes_silence():
    assert not remove_dc(Clip(np.full(1000, 0.3, np.float32), RATE)).samples.any()


def test_an_offset_is_subtracted_and_the_sound_is_unchanged():
    clip = remove_dc(Clip(tone(440) + np.float32(0.2), RATE))
    assert clip.samples.dtype == np.float32
    np.testing.assert_allclose(clip.samples, tone(440), atol=1e-6)
