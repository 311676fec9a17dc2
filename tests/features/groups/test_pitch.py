import librosa
import numpy as np
import pytest

from tests.sounds import RATE, chirp, noise, tone
from waveloom.config.errors import InputError
from waveloom.features import Features
from waveloom.features.analysis import Analysis
from waveloom.features.groups.pitch import measure


def pitch(clips: np.ndarray, rate: int = RATE, **options) -> tuple[np.ndarray, np.ndarray]:
    measured = measure(Analysis(clips, rate, Features(**options)))
    return measured["f0_hz"], measured["aperiodicity"]


def harmonic(hertz: float, rate: int = RATE) -> np.ndarray:
    return sum(tone(k * hertz, rate=rate, gain=0.3 / k) for k in range(1, 6))


@pytest.mark.parametrize("hertz", [80.0, 123.4, 440.0, 1000.0, 1999.0])
@pytest.mark.parametrize("gain", [1e-3, 1.0])
def test_the_fundamental_of_a_sine_is_its_frequency(hertz, gain):
    f0, aperiodicity = pitch(np.float32(gain) * tone(hertz)[None])
    # Periods of 8 samples are resolved to a fraction of a sample; frames of less than three periods include the ends.
    np.testing.assert_allclose(f0[0, 4:-4], hertz, rtol=0.01)
    np.testing.assert_allclose(np.median(f0[0]), hertz, rtol=0.008)
    assert aperiodicity[0, 4:-4].max() < 0.1


def test_the_fundamental_of_a_harmonic_tone_is_its_lowest_partial():
    np.testing.assert_allclose(pitch(harmonic(220)[None])[0][0, 4:-4], 220, rtol=2e-3)


def test_noise_has_a_high_aperiodicity():
    assert pitch(noise()[None])[1].mean() > 0.5


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
def test_it_equals_librosa_for_each_clip(rate):
    clips = np.stack(
        [tone(440, rate=rate), harmonic(110, rate), chirp(100, 2000, rate=rate), 1e-2 * harmonic(220, rate)]
    )
    expected = [librosa.yin(clip, fmin=65, fmax=2100, sr=rate, frame_length=2048) for clip in clips]
    np.testing.assert_allclose(pitch(clips, rate)[0], expected, rtol=1e-4)


def test_the_parameters_have_the_effect_they_have_in_librosa():
    clip = harmonic(300)
    expected = librosa.yin(clip, fmin=200, fmax=800, sr=RATE, frame_length=1024, hop_length=160, trough_threshold=0.3)
    options = {"f0_min_hz": 200, "f0_max_hz": 800, "n_fft": 1024, "hop": 160, "f0_threshold": 0.3}
    np.testing.assert_allclose(pitch(clip[None], **options)[0][0], expected, rtol=1e-4)


@pytest.mark.parametrize("rate", [4_000, 192_000])
def test_rate_and_frame_limit_the_range(rate):
    f0, _ = pitch(noise(0.1, rate)[None], rate)
    assert f0.max() <= rate / 2
    assert f0.min() >= rate / 2048


def test_a_frame_shorter_than_every_period_is_refused():
    with pytest.raises(InputError, match=r"f0_min_hz is 65 .* frame of 64 samples"):
        pitch(noise(0.1, 192_000)[None], 192_000, n_fft=64)
