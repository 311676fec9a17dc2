import json

import numpy as np
import pytest

from waveloom.models.source_range import atypicality, clip_level_db, clip_vectors, fit_source_range, loud_level_db
from waveloom.representations import spectrogram

RATE, SAMPLES, RANGE_DB = 16000, 16384, 80.0
TIME = np.arange(SAMPLES) / RATE


def notes(seed, count=24, partials=20):
    """Notes (count, samples) with `partials` harmonics that fall by 6 dB per octave, of random pitch and level."""
    draw = np.random.default_rng(seed)
    clips = []
    for _ in range(count):
        hertz = draw.uniform(150, 350) * np.arange(1, partials)
        hertz, phases = hertz[hertz < 8000, None], draw.uniform(0, 6, (partials - 1, 1))
        note = (np.sin(2 * np.pi * hertz * TIME + phases[: len(hertz)]) / hertz * hertz[0]).sum(axis=0)
        clips.append(note * draw.uniform(0.1, 0.3) * np.exp(-draw.uniform(0, 3) * TIME))
    return np.array(clips, np.float32)


def saws(seed, count=24, partials=20):
    return encoded(notes(seed, count, partials))


def encoded(clips):
    return spectrogram.encode(spectrogram.Config(), np.array(clips, np.float32), RATE)


@pytest.fixture(scope="module")
def statistics():
    levels, domains = np.concatenate([saws(0), saws(1, partials=4)]), np.repeat([0, 1], 24)
    return fit_source_range(levels, domains, np.arange(48) % 12, RATE, RANGE_DB)


def distances(statistics, levels):
    return atypicality(statistics, clip_vectors(levels, RATE, RANGE_DB))


def test_other_sounds_of_the_domains_are_typical(statistics):
    assert np.median(distances(statistics, saws(7))) < 1
    assert np.median(distances(statistics, saws(8, partials=4))) < 1


def test_noise_is_atypical(statistics):
    noise = np.random.default_rng(0).standard_normal((4, SAMPLES)) * 0.1
    assert np.median(distances(statistics, encoded(noise))) > 1.2


def test_sounds_that_are_12_db_quieter_are_as_typical(statistics):
    loud, quiet = (np.median(distances(statistics, encoded(notes(9) * gain))) for gain in (1, 0.25))
    assert quiet == pytest.approx(loud, abs=0.1)


def test_silence_has_no_vector():
    assert np.isnan(clip_vectors(encoded(np.zeros((2, SAMPLES))), RATE, RANGE_DB)).all()
    assert fit_source_range(encoded(np.zeros((2, SAMPLES))), np.zeros(2), [0, 1], RATE, RANGE_DB) == {}


def test_the_statistics_are_small_json_and_the_same_each_time(statistics):
    levels, domains = np.concatenate([saws(0), saws(1, partials=4)]), np.repeat([0, 1], 24)
    again = fit_source_range(levels, domains, np.arange(48) % 12, RATE, RANGE_DB)
    assert json.loads(json.dumps(statistics)) == again
    assert len(json.dumps(statistics)) < 8000


def test_few_clips_of_one_recording_are_enough():
    statistics = fit_source_range(saws(0, count=3), np.zeros(3), ["one"] * 3, RATE, RANGE_DB)
    assert np.isfinite(distances(statistics, saws(5))).all()


@pytest.mark.parametrize("gain", [0.01, 0.5])
def test_the_level_of_a_sine_is_its_root_mean_square(gain):
    sine = encoded([gain * np.sin(2 * np.pi * 1000 * TIME)])[0]
    assert clip_level_db(sine, RANGE_DB) == pytest.approx(20 * np.log10(gain / np.sqrt(2)), abs=0.3)


def test_the_level_of_a_sound_is_that_of_its_loud_parts():
    assert loud_level_db(np.array([1e-9] * 50 + [0.01] * 50)) == pytest.approx(-20)
    assert loud_level_db(np.zeros(4)) == -200
