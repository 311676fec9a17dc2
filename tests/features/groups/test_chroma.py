import warnings

import librosa
import numpy as np
import pytest

from tests.sounds import chirp, noise, tone
from waveloom.features import Features
from waveloom.features.analysis import Analysis
from waveloom.features.groups.chroma import measure
from waveloom.features.tuning import tuning

RATE = 22_050
A, C = 9, 0


def chroma(clips: np.ndarray, rate: int = RATE, **options) -> np.ndarray:
    return np.stack(list(measure(Analysis(clips, rate, Features(**options))).values()), axis=1)


def sounds(rate: int = RATE) -> np.ndarray:
    sharp = tone(440 * 2 ** (0.3 / 12), rate=rate)
    chord = tone(261.63, rate=rate, gain=0.2) + tone(329.63, rate=rate, gain=0.2) + tone(392, rate=rate, gain=0.2)
    return np.stack([tone(440, rate=rate), sharp, chord, noise(rate=rate), 1e-3 * chirp(200, 3000, rate=rate)])


@pytest.mark.parametrize("rate", [8_000, 16_000, RATE])
def test_it_equals_librosa_for_each_clip(rate):
    clips = sounds(rate)
    expected = [librosa.feature.chroma_stft(y=clip, sr=rate) for clip in clips]
    np.testing.assert_allclose(chroma(clips, rate), expected, rtol=1e-4, atol=1e-5)


def test_a_given_tuning_and_number_of_classes_equal_librosa():
    clips = sounds()
    expected = [librosa.feature.chroma_stft(y=clip, sr=RATE, tuning=0.2, n_chroma=24) for clip in clips]
    np.testing.assert_allclose(chroma(clips, tuning=0.2, n_chroma=24), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("octave", [-1, 0, 1, 2])
def test_a_440_is_an_a_in_every_octave(octave):
    measured = chroma(tone(440 * 2.0**octave, rate=RATE)[None])[0]
    assert (measured[:, 4:-4].argmax(axis=0) == A).all()
    np.testing.assert_allclose(measured[A, 4:-4], 1)


def test_middle_c_is_the_first_class():
    assert (chroma(tone(261.626, rate=RATE)[None])[0, :, 4:-4].argmax(axis=0) == C).all()


@pytest.mark.parametrize("cents", [-40, -10, 0, 20, 45])
def test_the_tuning_of_a_detuned_a_is_estimated(cents):
    analysis = Analysis(tone(440 * 2 ** (cents / 1200), rate=RATE)[None], RATE, Features(n_fft=4096))
    assert tuning(analysis.power, RATE, 4096, 12)[0] == pytest.approx(cents / 100, abs=0.04)


def test_the_tuning_equals_the_estimate_of_librosa():
    clips = sounds()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = [librosa.estimate_tuning(S=Analysis(c[None], RATE, Features()).power[0].T, sr=RATE) for c in clips]
    np.testing.assert_allclose(tuning(Analysis(clips, RATE, Features()).power, RATE, 2048, 12), expected)


def test_silence_has_no_pitch_class():
    assert not chroma(np.zeros((1, RATE), np.float32)).any()
