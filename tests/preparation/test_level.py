import numpy as np
import pytest

from tests.sounds import noise, tone
from waveloom.audio.loudness import loudness
from waveloom.preparation.level import level, peak, rms


def test_peak_and_rms_of_a_sine_are_the_theoretical_values():
    clips = np.stack([tone(1000, gain=1.0), tone(1000, gain=0.1)])
    np.testing.assert_allclose(peak(clips), [1, 0.1], rtol=1e-5)
    np.testing.assert_allclose(rms(clips), np.array([1, 0.1]) / np.sqrt(2), rtol=1e-5)


@pytest.mark.parametrize("gain", [1e-3, 0.5, 1.0])
def test_the_peak_is_reached_whatever_the_gain(gain):
    clips, _, _ = level(tone(440, gain=gain)[None], "peak", -6.0)
    assert clips.dtype == np.float32
    assert peak(clips)[0] == pytest.approx(10 ** (-6 / 20), rel=1e-5)


def test_the_rms_is_reached():
    clips, gain, _ = level(tone(440, gain=0.01)[None], "rms", -20.0)
    assert rms(clips)[0] == pytest.approx(0.1, rel=1e-3)
    assert gain[0] == pytest.approx(20 * np.log10(0.1 * np.sqrt(2) / 0.01), abs=0.01)


def test_no_peak_is_raised_above_full_scale():
    spike = 0.001 * noise()
    spike[5] = 0.5
    clips, gain, _ = level(spike[None], "rms", -3.0)
    assert peak(clips)[0] == pytest.approx(1)
    assert gain[0] == pytest.approx(6.02, abs=0.01)


def test_none_lowers_only_clips_above_full_scale():
    clips, gain, _ = level(np.stack([tone(440, gain=0.3), tone(440, gain=2.0)]), "none", -1.0)
    np.testing.assert_array_equal(clips[0], tone(440, gain=0.3))
    assert peak(clips)[1] == pytest.approx(1)
    np.testing.assert_allclose(gain, [0, -6.02], atol=0.01)


def test_each_clip_is_levelled_by_itself():
    quiet, loud = tone(440, gain=0.01), tone(440, gain=0.9)
    together, _, _ = level(np.stack([quiet, loud]), "peak", 0.0)
    alone, _, _ = level(quiet[None], "peak", 0.0)
    np.testing.assert_array_equal(together[0], alone[0])


def test_a_1_khz_sine_has_the_loudness_of_its_rms():
    # BS.1770-4: a 997 Hz sine at 0 dB peak in one channel reads -3.01 LUFS; EBU Tech 3341 allows a meter 0.1.
    clips = np.stack([tone(997, 2.0, rate=48_000, gain=1.0), tone(997, 2.0, rate=48_000, gain=0.1)])
    np.testing.assert_allclose(loudness(clips, 48_000), [-3.01, -23.01], atol=0.1)


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 192_000])
def test_the_loudness_is_reached_at_any_rate(rate):
    clips, _, by = level(tone(1000, rate=rate, gain=0.03)[None], "loudness", -23.0, rate)
    assert by.tolist() == ["loudness"]
    assert loudness(clips, rate)[0] == pytest.approx(-23.0, abs=0.01)


@pytest.mark.parametrize("clip", [tone(1000, 0.39), 1e-4 * tone(1000)], ids=["too short", "below the gate"])
def test_a_clip_without_a_loudness_is_levelled_by_its_rms_and_marked(clip):
    clips, _, by = level(clip[None], "loudness", -20.0, 16_000)
    assert by.tolist() == ["rms"]
    assert rms(clips)[0] == pytest.approx(0.1, rel=1e-3)
