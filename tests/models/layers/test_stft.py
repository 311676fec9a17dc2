import numpy as np
import pytest

from waveloom.models.layers.stft import Fourier, Fused, analyse, decoded, encoded, synthesise
from waveloom.representations import spectrogram

CLIPS = np.random.default_rng(0).uniform(-0.5, 0.5, (3, 1024)).astype(np.float32)


@pytest.mark.parametrize("hop", [16, 64])
def test_it_sees_what_the_representation_sees(hop):
    expected = spectrogram.encode(spectrogram.Config(n_fft=4 * hop, hop=hop), CLIPS, 16000)
    np.testing.assert_allclose(Fourier(hop)(CLIPS), expected, atol=1e-4)


def test_the_transform_comes_back():
    sines = np.sin(np.arange(1024) * [[0.1], [0.7], [2.0]]).astype(np.float32)  # nothing at half the rate
    np.testing.assert_allclose(synthesise(*analyse(sines, 32), 32)[:, 64:-64], sines[:, 64:-64], atol=2e-3)


def test_magnitudes_survive_the_scale():
    magnitudes = np.array([0.0, 1e-5, 0.1, 1.0], np.float32)
    np.testing.assert_allclose(np.array(encoded(magnitudes))[[0, 3]], [-1, 1], atol=1e-4)
    np.testing.assert_allclose(decoded(encoded(magnitudes)), magnitudes, rtol=1e-2, atol=1e-7)


def test_a_clip_fused_with_its_own_view_is_itself():
    sine = 0.5 * np.sin(0.3 * np.arange(1024, dtype=np.float32))[None]
    np.testing.assert_allclose(Fused(32)([sine, Fourier(32)(sine)])[:, 64:-64], sine[:, 64:-64], atol=2e-3)


def test_a_clip_fused_with_a_louder_view_is_louder():
    sine = 0.1 * np.sin(0.3 * np.arange(1024, dtype=np.float32))[None]
    np.testing.assert_allclose(Fused(32)([sine, Fourier(32)(5 * sine)])[:, 64:-64], 5 * sine[:, 64:-64], atol=5e-3)
