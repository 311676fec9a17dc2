import librosa
import numpy as np
import pytest

from waveloom.features import Features
from waveloom.features.descriptors import NAMES, descriptors
from waveloom.features.spectrum import frames, power

RATE = 16000
TIME = np.arange(RATE) / RATE
CONFIG = Features()


def measure(clips: np.ndarray) -> dict[str, np.ndarray]:
    return dict(descriptors(clips, power(frames(clips.astype(np.float64), CONFIG), CONFIG), RATE, CONFIG))


def of_librosa(clip: np.ndarray) -> dict[str, np.ndarray]:
    spectral = librosa.feature
    return {
        "centroid": spectral.spectral_centroid(y=clip, sr=RATE)[0],
        "bandwidth": spectral.spectral_bandwidth(y=clip, sr=RATE)[0],
        "rolloff": spectral.spectral_rolloff(y=clip, sr=RATE)[0],
        "flatness": spectral.spectral_flatness(y=clip)[0],
        "zero_crossings": spectral.zero_crossing_rate(y=clip)[0],
        "rms": spectral.rms(y=clip)[0],
    }


def sounds() -> np.ndarray:
    noise = np.random.default_rng(0).standard_normal(RATE)
    tone = np.sin(2 * np.pi * 1000 * TIME)
    chirp = np.sin(2 * np.pi * (50 + 3500 * TIME) * TIME)
    return np.stack([tone, chirp, noise / 5, noise * np.exp(-9 * TIME) / 5, 1e-3 * tone]).astype(np.float32)


@pytest.mark.parametrize("name", NAMES)
def test_each_descriptor_equals_librosa_on_each_clip_alone(name):
    clips = sounds()
    expected = np.stack([of_librosa(clip)[name] for clip in clips])
    np.testing.assert_allclose(measure(clips)[name], expected, rtol=1e-4, atol=1e-7)


def test_a_tone_has_its_frequency_as_centroid_and_no_width():
    measured = measure(sounds()[:1])
    np.testing.assert_allclose(measured["centroid"][0, 4:-4], 1000, rtol=1e-3)
    np.testing.assert_allclose(measured["rolloff"][0, 4:-4], 1000, atol=RATE / 2048)
    np.testing.assert_allclose(measured["zero_crossings"][0, 4:-4], 2 * 1000 / RATE, rtol=0.01)
    np.testing.assert_allclose(measured["rms"][0, 4:-4], np.sqrt(0.5), rtol=1e-3)
    assert (measured["bandwidth"][0, 4:-4] < 50).all()
    assert (measured["flatness"][0, 4:-4] < 1e-6).all()


def test_white_noise_is_flat_and_fills_the_spectrum():
    measured = measure(sounds()[2:3])
    assert measured["centroid"].mean() == pytest.approx(RATE / 4, rel=0.05)
    assert measured["rolloff"].mean() == pytest.approx(0.85 * RATE / 2, rel=0.05)
    assert measured["zero_crossings"][0, 4:-4].mean() == pytest.approx(0.5, rel=0.05)
    assert measured["flatness"].mean() > 0.4


def test_silence_is_finite():
    measured = measure(np.zeros((1, RATE), np.float32))
    loudest = {name: float(value.max()) for name, value in measured.items()}
    assert loudest == pytest.approx(dict.fromkeys(NAMES, 0) | {"flatness": 1})
