import librosa
import numpy as np
import pytest

from tests.sounds import noise, silence, tone
from waveloom.features import Features
from waveloom.features.analysis import Analysis
from waveloom.features.groups.rhythm import measure

RATE = 22_050


def rhythm(clips: np.ndarray, rate: int = RATE, **options) -> tuple[np.ndarray, np.ndarray]:
    measured = measure(Analysis(clips, rate, Features(**options)))
    return measured["onset_strength"], measured["tempo_bpm"]


def click_track(bpm: float, seconds: float = 10.0, rate: int = RATE) -> np.ndarray:
    sound = silence(seconds, rate)
    tick = tone(1000, 0.02, rate)
    for beat in np.arange(0.1, seconds - 0.1, 60 / bpm):
        sound[round(beat * rate) :][: len(tick)] = tick
    return sound


@pytest.mark.parametrize("bpm", [70, 100, 120, 160])
def test_the_tempo_of_a_click_track_is_measured(bpm):
    step = bpm**2 * 512 / (60 * RATE)  # from one lag to the next
    assert rhythm(click_track(bpm)[None])[1][0] == pytest.approx(bpm, abs=step)


def test_the_onset_strength_peaks_in_the_frame_of_the_onset():
    sound = np.concatenate([silence(0.5, RATE), noise(0.5, RATE)])
    assert rhythm(sound[None])[0][0].argmax() == pytest.approx(0.5 * RATE / 512, abs=1)


def sounds(rate: int, seconds: float) -> np.ndarray:
    decaying = noise(seconds, rate) * np.exp(-3 * np.arange(round(seconds * rate)) / rate).astype(np.float32)
    return np.stack([click_track(90, seconds, rate), noise(seconds, rate), decaying, 1e-3 * tone(440, seconds, rate)])


@pytest.mark.parametrize("rate", [8_000, 16_000, RATE])
@pytest.mark.parametrize("seconds", [1.0, 10.0])
def test_onsets_and_tempo_equal_librosa_for_each_clip(rate, seconds):
    clips = sounds(rate, seconds)
    onsets, tempo = rhythm(clips, rate)
    expected = [librosa.onset.onset_strength(y=clip, sr=rate) for clip in clips]
    np.testing.assert_allclose(onsets, expected, rtol=1e-4, atol=1e-3)
    ours = [librosa.feature.tempo(onset_envelope=onset, sr=rate)[0] for onset in onsets]
    np.testing.assert_allclose(tempo, ours, rtol=1e-4)
    np.testing.assert_allclose(tempo, [librosa.feature.tempo(y=clip, sr=rate)[0] for clip in clips], rtol=1e-4)


@pytest.mark.parametrize("expected", [60.0, 120.0])
def test_without_a_beat_the_tempo_is_that_of_the_prior(expected):
    tempo = rhythm(silence(4.0, RATE)[None], tempo_bpm=expected)[1][0]
    assert tempo == pytest.approx(expected, rel=0.05)
