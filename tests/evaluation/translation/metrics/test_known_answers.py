import numpy as np
import pytest

from tests.evaluation.translation.conftest import RATE, melody, wave
from tests.sounds import noise, tone
from waveloom.evaluation.translation.metrics import chroma_cosine, note_distance, onset_f1, pitch, truth_distance
from waveloom.evaluation.translation.sound import Sound


def sound(samples: np.ndarray) -> Sound:
    return Sound(np.asarray(samples, np.float32), RATE)


def clicks(seconds: list[float], length: float = 4.0) -> Sound:
    samples = np.zeros(round(length * RATE), np.float32)
    for at in seconds:
        start = round(at * RATE)
        samples[start : start + 1600] = wave("saw", 440, 1600) * np.linspace(1, 0, 1600)
    return sound(samples)


def test_onsets_are_found_where_the_clicks_are():
    found = onset_f1.onsets(clicks([0.5, 1.5, 2.5]))
    assert found == pytest.approx([0.5, 1.5, 2.5], abs=0.04)


def test_one_missing_onset_of_three_lowers_f1_to_four_fifths():
    # Precision 1 and recall 2/3 have the harmonic mean 0.8.
    assert onset_f1.score(clicks([0.5, 1.5]), clicks([0.5, 1.5, 2.5]))["onset_f1"] == pytest.approx(0.8)


def test_onsets_later_by_more_than_the_tolerance_do_not_match():
    shifted = clicks([0.7, 1.7, 2.7])
    assert onset_f1.score(shifted, clicks([0.5, 1.5, 2.5]))["onset_f1"] == 0


def test_an_octave_keeps_the_chroma_and_a_tritone_does_not():
    reference = sound(tone(440, 2.0))
    assert chroma_cosine.score(sound(tone(880, 2.0)), reference)["chroma_cosine"] > 0.95
    assert chroma_cosine.score(sound(tone(440 * 2**0.5, 2.0)), reference)["chroma_cosine"] < 0.2


def test_a_silent_half_halves_the_chroma_cosine():
    reference = tone(440, 4.0)
    half = reference.copy()
    half[len(half) // 2 :] = 0
    assert chroma_cosine.score(sound(half), sound(reference))["chroma_cosine"] == pytest.approx(0.5, abs=0.03)


def test_a_tone_sharp_by_30_cents_has_that_error_and_a_right_pitch():
    reference = sound(tone(440, 2.0))
    numbers = pitch.score(sound(tone(440 * 2 ** (30 / 1200), 2.0)), reference)
    assert numbers["f0_error_cents"] == pytest.approx(30, abs=2)
    assert numbers["pitch_accuracy"] == 1
    assert numbers["voicing_agreement"] == 1


def test_a_tone_sharp_by_a_semitone_has_no_right_pitch():
    assert pitch.score(sound(tone(440 * 2 ** (1 / 12), 2.0)), sound(tone(440, 2.0)))["pitch_accuracy"] == 0


def test_another_octave_is_no_error_of_pitch():
    numbers = pitch.score(sound(tone(220, 2.0)), sound(tone(440, 2.0)))
    assert numbers["f0_error_cents"] == pytest.approx(0, abs=2)
    assert numbers["pitch_accuracy"] == 1


def test_the_pitch_of_noise_is_not_measured():
    assert pitch.score(sound(tone(440, 2.0)), sound(noise(2.0))) == {}


def test_the_truth_at_half_the_level_is_at_no_distance():
    truth = sound(melody("saw", 1))
    numbers = truth_distance.score(sound(0.5 * truth.samples), truth)
    assert numbers["log_spectral_distance_db"] == pytest.approx(0, abs=1e-3)
    assert numbers["si_sdr_db"] == pytest.approx(100, abs=1e-3)


@pytest.mark.skipif(bool(note_distance.missing()), reason=note_distance.missing())
def test_the_notes_of_a_melody_are_recognised_and_differ_from_those_of_another():
    from waveloom.evaluation.translation.metrics.note_distance import notes

    reference = sound(np.concatenate([wave("saw", 440, 16_000), wave("saw", 220, 16_000)]))
    found = notes(reference)
    half = len(found) // 2
    assert found[:half].sum(axis=0).argmax() == 48  # A4 is the 49th key of the piano
    assert found[half:].sum(axis=0).argmax() == 36
    other = sound(np.concatenate([wave("saw", 330, 16_000), wave("saw", 277.2, 16_000)]))
    assert note_distance.score(sound(melody("saw", 1)[:32_000]), sound(melody("saw", 1)[:32_000]))["note_distance"] == 0
    assert note_distance.score(other, reference)["note_distance"] > 0.7


@pytest.mark.skipif(bool(note_distance.missing()), reason=note_distance.missing())
@pytest.mark.parametrize("seconds", [0.5, 2.0, 10.0])
def test_the_notes_of_a_sound_cover_it_whatever_its_length(seconds):
    frames = len(note_distance.notes(sound(tone(440, seconds))))
    assert frames == pytest.approx(seconds * note_distance.RATE_HZ / 256, abs=2)
