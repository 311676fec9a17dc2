import librosa
import numpy as np
import pytest

from waveloom.audio.mel_filters import averaging_filters, librosa_filters, mel, summing_filters

RATE = 16000


def test_the_mel_scale_is_the_one_of_htk():
    hertz = np.array([0.0, 440.0, 1000.0, 8000.0])
    np.testing.assert_allclose(1127 * mel(hertz), librosa.hz_to_mel(hertz, htk=True), rtol=1e-4)


@pytest.mark.parametrize("bands", [20, 128, 512, 700])
def test_each_averaging_filter_sums_to_one_and_none_is_empty(bands):
    matrix = averaging_filters(bands, 1024, RATE)
    assert matrix.shape == (512, bands)
    assert matrix.min() >= 0
    np.testing.assert_allclose(matrix.sum(axis=0), 1, rtol=1e-5)


def test_centres_of_averaging_filters_are_equally_spaced_in_mel():
    centres = np.arange(4096) @ averaging_filters(30, 8192, RATE) * RATE / 8192  # Hz
    steps = np.diff(1127 * np.log1p(centres / 700))
    np.testing.assert_allclose(steps, 1127 * np.log1p(8000 / 700) / 31, rtol=0.02)


def test_a_bin_belongs_to_one_summing_filter_and_low_bins_to_none():
    matrix = summing_filters(64, 1024, RATE, 40)
    assert matrix.shape == (513, 64)
    assert matrix.sum(axis=1).tolist() == [0] * 3 + [1] * 510  # bins 0 to 2 lie below 40 Hz
    assert (np.diff(matrix[3:].argmax(axis=1)) >= 0).all()


def test_librosa_filters_are_those_of_librosa():
    expected = librosa.filters.mel(sr=RATE, n_fft=512, n_mels=40, fmin=100, fmax=4000, htk=True, norm=None)
    np.testing.assert_array_equal(librosa_filters(RATE, 512, 40, (100, 4000), True, None), expected)
