import librosa
import numpy as np
import pytest

from tests.sounds import chirp, noise, tone
from waveloom.config.errors import InputError
from waveloom.features import Features
from waveloom.features.analysis import Analysis
from waveloom.features.groups.contrast import measure


def contrast(clips: np.ndarray, rate: int = 16_000, **options) -> np.ndarray:
    return np.stack(list(measure(Analysis(clips, rate, Features(**options))).values()), axis=1)


@pytest.mark.parametrize(
    ("rate", "ours", "theirs"),
    [
        (16_000, {}, {}),
        (44_100, {}, {}),
        (8_000, {"contrast_bands": 5}, {"n_bands": 5}),
        (16_000, {"n_fft": 1024, "contrast_quantile": 0.1}, {"n_fft": 1024, "quantile": 0.1}),
        (16_000, {"contrast_bands": 3, "contrast_fmin_hz": 300}, {"n_bands": 3, "fmin": 300}),
    ],
)
def test_it_equals_librosa_for_each_clip(rate, ours, theirs):
    clips = np.stack([tone(440, rate=rate), noise(rate=rate), 1e-3 * chirp(100, 3000, rate=rate)])
    expected = [librosa.feature.spectral_contrast(y=clip, sr=rate, **theirs) for clip in clips]
    np.testing.assert_allclose(contrast(clips, rate, **ours), expected, rtol=1e-4, atol=1e-3)


def test_a_chord_has_contrast_in_its_octave_and_noise_in_none():
    chord = tone(1000) + tone(1200) + tone(1500)
    of_chord, of_noise = contrast(np.stack([chord, noise()])).mean(axis=2)
    assert of_chord[3] > 40  # 800 to 1600 Hz
    assert of_noise.max() < 25


def test_there_are_as_many_octaves_as_fit_below_half_the_rate():
    assert contrast(tone(440, rate=4_000)[None], 4_000).shape[1] == 5  # below 200, then 200, 400, 800, 1600


def test_frames_too_short_to_resolve_octaves_are_refused():
    with pytest.raises(InputError, match="n_fft is 64: at 16000 Hz too few"):
        contrast(tone(440)[None], n_fft=64)
