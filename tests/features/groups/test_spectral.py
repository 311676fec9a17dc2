import librosa
import numpy as np
import pytest

from waveloom.features import Features
from waveloom.features.analysis import Analysis
from waveloom.features.groups import spectral

RATE = 16000
TIME = np.arange(RATE) / RATE
DEFAULT = Features()
NAMES = ("centroid", "bandwidth", "rolloff", "flatness", "zero_crossings", "rms")


def measure(clips: np.ndarray, config: Features = DEFAULT) -> dict[str, np.ndarray]:
    return spectral.measure(Analysis(clips, RATE, config))


def of_librosa(clip: np.ndarray, center: bool = True) -> dict[str, np.ndarray]:
    of = librosa.feature
    return {
        "centroid": of.spectral_centroid(y=clip, sr=RATE, center=center)[0],
        "bandwidth": of.spectral_bandwidth(y=clip, sr=RATE, center=center)[0],
        "rolloff": of.spectral_rolloff(y=clip, sr=RATE, center=center)[0],
        "flatness": of.spectral_flatness(y=clip, center=center)[0],
        "zero_crossings": of.zero_crossing_rate(y=clip, center=center)[0],
        "rms": of.rms(y=clip, center=center)[0],
    }


def sounds() -> np.ndarray:
    noise = np.random.default_rng(0).standard_normal(RATE)
    tone = np.sin(2 * np.pi * 1000 * TIME)
    chirp = np.sin(2 * np.pi * (50 + 3500 * TIME) * TIME)
    return np.stack([tone, chirp, noise / 5, noise * np.exp(-9 * TIME) / 5, 1e-3 * tone]).astype(np.float32)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("centre", [True, False])
def test_each_descriptor_equals_librosa_for_each_clip(name, centre):
    clips = sounds()
    expected = np.stack([of_librosa(clip, centre)[name] for clip in clips])
    np.testing.assert_allclose(measure(clips, Features(centre=centre))[name], expected, rtol=1e-4, atol=1e-7)


def test_the_centroid_of_a_tone_is_its_frequency_and_its_bandwidth_is_small():
    measured = measure(sounds()[:1])
    np.testing.assert_allclose(measured["centroid"][0, 4:-4], 1000, rtol=1e-3)
    np.testing.assert_allclose(measured["rolloff"][0, 4:-4], 1000, atol=RATE / 2048)
    np.testing.assert_allclose(measured["zero_crossings"][0, 4:-4], 2 * 1000 / RATE, rtol=0.01)
    np.testing.assert_allclose(measured["rms"][0, 4:-4], np.sqrt(0.5), rtol=1e-3)
    assert (measured["bandwidth"][0, 4:-4] < 50).all()
    assert (measured["flatness"][0, 4:-4] < 1e-6).all()


def test_white_noise_has_high_flatness_and_covers_the_spectrum():
    measured = measure(sounds()[2:3])
    assert measured["centroid"].mean() == pytest.approx(RATE / 4, rel=0.05)
    assert measured["rolloff"].mean() == pytest.approx(0.85 * RATE / 2, rel=0.05)
    assert measured["zero_crossings"][0, 4:-4].mean() == pytest.approx(0.5, rel=0.05)
    assert measured["flatness"].mean() > 0.4


def test_silence_is_finite():
    measured = measure(np.zeros((1, RATE), np.float32))
    loudest = {name: float(value.max()) for name, value in measured.items()}
    assert loudest == pytest.approx(dict.fromkeys(NAMES, 0) | {"flatness": 1})
