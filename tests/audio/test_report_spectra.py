import numpy as np
import pytest

from waveloom.audio.report_spectra import FLOOR_DB, HOP, WINDOW, average_spectra, decibels, power


def test_a_full_scale_sine_at_a_bin_has_zero_decibels():
    sine = np.sin(2 * np.pi * 40 * np.arange(8192) / WINDOW)
    middle = decibels(power(sine[None]))[0, 8]
    assert middle.argmax() == 40
    assert middle.max() == pytest.approx(0, abs=0.01)


def test_silence_has_the_level_of_the_floor():
    assert average_spectra(np.zeros((3, 4096))) == pytest.approx(FLOOR_DB)


def test_there_is_one_frame_per_hop_and_bins_up_to_half_the_rate():
    assert power(np.zeros((2, 16384), np.float32)).shape == (2, 16384 // HOP + 1, WINDOW // 2 + 1)


def test_a_clip_has_the_same_spectrum_in_any_batch():
    clips = np.random.default_rng(0).uniform(-1, 1, (40, 2048)).astype(np.float32)
    assert np.array_equal(average_spectra(clips)[35], average_spectra(clips[35:36])[0])
