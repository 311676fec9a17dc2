import numpy as np
import pytest

from tests.sounds import noise, tone
from waveloom.audio.level import level, peak, rms


def test_a_sine_measures_as_on_paper():
    clips = np.stack([tone(1000, gain=1.0), tone(1000, gain=0.1)])
    np.testing.assert_allclose(peak(clips), [1, 0.1], rtol=1e-5)
    np.testing.assert_allclose(rms(clips), np.array([1, 0.1]) / np.sqrt(2), rtol=1e-5)


@pytest.mark.parametrize("gain", [1e-3, 0.5, 1.0])
def test_the_peak_is_reached_whatever_the_gain(gain):
    clips, _ = level(tone(440, gain=gain)[None], "peak", -6.0)
    assert clips.dtype == np.float32
    assert peak(clips)[0] == pytest.approx(10 ** (-6 / 20), rel=1e-5)


def test_the_rms_is_reached():
    clips, gain = level(tone(440, gain=0.01)[None], "rms", -20.0)
    assert rms(clips)[0] == pytest.approx(0.1, rel=1e-3)
    assert gain[0] == pytest.approx(20 * np.log10(0.1 * np.sqrt(2) / 0.01), abs=0.01)


def test_no_peak_is_lifted_above_full_scale():
    spike = 0.001 * noise()
    spike[5] = 0.5
    clips, gain = level(spike[None], "rms", -3.0)
    assert peak(clips)[0] == pytest.approx(1)
    assert gain[0] == pytest.approx(6.02, abs=0.01)


def test_none_changes_only_what_is_too_loud():
    clips, gain = level(np.stack([tone(440, gain=0.3), tone(440, gain=2.0)]), "none", -1.0)
    np.testing.assert_array_equal(clips[0], tone(440, gain=0.3))
    assert peak(clips)[1] == pytest.approx(1)
    np.testing.assert_allclose(gain, [0, -6.02], atol=0.01)


def test_each_clip_is_levelled_by_itself():
    quiet, loud = tone(440, gain=0.01), tone(440, gain=0.9)
    together, _ = level(np.stack([quiet, loud]), "peak", 0.0)
    alone, _ = level(quiet[None], "peak", 0.0)
    np.testing.assert_array_equal(together[0], alone[0])
