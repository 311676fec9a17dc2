import numpy as np
import pytest

from waveloom.models.layers.stft import (
    CombineViews,
    LogSpectrogram,
    decode_magnitudes,
    encode_magnitudes,
    inverse_stft,
    stft,
)
from waveloom.representations import spectrogram

CLIPS = np.random.default_rng(0).uniform(-0.5, 0.5, (3, 1024)).astype(np.float32)


@pytest.mark.parametrize("hop", [16, 64])
def test_it_equals_the_representation_spectrogram(hop):
    expected = spectrogram.encode(spectrogram.Config(n_fft=4 * hop, hop=hop), CLIPS, 16000)
    np.testing.assert_allclose(LogSpectrogram(hop)(CLIPS), expected, atol=1e-4)


def test_the_inverse_transform_restores_clips():
    sines = np.sin(np.arange(1024) * [[0.1], [0.7], [2.0]]).astype(np.float32)  # nothing at half the rate
    np.testing.assert_allclose(inverse_stft(*stft(sines, 32), 32)[:, 64:-64], sines[:, 64:-64], atol=2e-3)


def test_magnitudes_are_restored_from_the_decibel_scale():
    magnitudes = np.array([0.0, 1e-5, 0.1, 1.0], np.float32)
    np.testing.assert_allclose(np.array(encode_magnitudes(magnitudes))[[0, 3]], [-1, 1], atol=1e-4)
    np.testing.assert_allclose(decode_magnitudes(encode_magnitudes(magnitudes)), magnitudes, rtol=1e-2, atol=1e-7)


def test_a_clip_combined_with_its_own_spectrogram_is_unchanged():
    sine = 0.5 * np.sin(0.3 * np.arange(1024, dtype=np.float32))[None]
    np.testing.assert_allclose(
        CombineViews(32, "both")([sine, LogSpectrogram(32)(sine)])[:, 64:-64], sine[:, 64:-64], atol=2e-3
    )


def test_a_clip_combined_with_a_louder_spectrogram_is_louder():
    sine = 0.1 * np.sin(0.3 * np.arange(1024, dtype=np.float32))[None]
    np.testing.assert_allclose(
        CombineViews(32, "both")([sine, LogSpectrogram(32)(5 * sine)])[:, 64:-64], 5 * sine[:, 64:-64], atol=5e-3
    )
