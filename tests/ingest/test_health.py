import numpy as np
import pytest

from tests.sounds import RATE, noise, tone
from waveloom.audio.clip import Clip
from waveloom.ingest.health import health


def of(samples: np.ndarray) -> dict:
    return dict(health(Clip(samples.astype(np.float32), RATE)))


def test_the_peak_is_in_decibels_of_full_scale():
    assert of(tone(1000, gain=0.5))["peak_db"] == pytest.approx(-6.02, abs=0.01)


@pytest.mark.parametrize("offset", [-0.2, 0.0, 0.03])
def test_the_offset_is_the_mean(offset):
    assert of(tone(1000, gain=0.5) + offset)["dc_offset"] == pytest.approx(offset, abs=1e-4)


def test_a_sine_driven_to_twice_full_scale_is_clipped_for_two_thirds_of_its_time():
    # |2 sin| >= 1 for 2/3 of a period.
    assert of(np.clip(tone(100, gain=2), -1, 1))["clipped"] == pytest.approx(2 / 3, abs=0.02)


def test_clipping_is_detected_at_the_full_scale_of_sixteen_bits():
    sixteen_bits = np.round(np.clip(tone(100, gain=2), -1, 1) * 32767) / 32768
    assert of(sixteen_bits)["clipped"] == pytest.approx(2 / 3, abs=0.02)


@pytest.mark.parametrize("sound", [tone(440, gain=1.0), noise(gain=1.0), np.tile([1.0, 1.0, -1.0, -1.0], 400)])
def test_full_scale_alone_is_not_clipping(sound):
    assert of(sound)["clipped"] == 0


def test_silence_before_and_after_is_counted_and_silence_within_is_not():
    quiet, loud = np.zeros(RATE // 4), np.full(RATE // 4, 0.5)
    assert of(np.concatenate([quiet, loud, quiet, loud, quiet, quiet]))["edge_silence"] == pytest.approx(0.5)
