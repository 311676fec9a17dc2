from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from waveloom.ingest.corpora.clicks import SPECIES, Config, click_train, pulse, recordings
from waveloom.preparation.events import event_peaks

RATE = 192_000


@pytest.mark.parametrize("name", SPECIES)
def test_a_pulse_has_its_centre_frequency_and_length_and_peaks_at_zero(name):
    species = SPECIES[name]
    time = (np.arange(4096) - 2048) / RATE
    sound = pulse(species, time)
    energy = np.square(np.abs(np.fft.rfft(sound)))
    hertz = np.fft.rfftfreq(4096, 1 / RATE)
    assert (energy * hertz).sum() / energy.sum() == pytest.approx(species.hertz, rel=0.03)
    assert np.abs(sound).argmax() == 2048
    within = np.abs(time) <= species.seconds / 2
    assert np.square(sound[within]).sum() > 0.95 * np.square(sound).sum()


def test_a_beaked_whale_sweeps_upwards():
    species = SPECIES["beaked_whale"]
    time = (np.arange(4096) - 2048) / RATE
    signs = np.diff(np.signbit(pulse(species, time)[np.abs(time) < species.seconds / 2]))
    early, late = np.array_split(signs, 2)
    assert late.sum() > early.sum()


def test_a_train_has_the_configured_number_of_clicks():
    config = Config(clicks=6)
    sound = click_train(SPECIES["sperm_whale"], config, np.random.default_rng(0))
    assert len(event_peaks(sound, 14, round(0.01 * RATE))) == 6
    assert len(sound) == round(6 * 0.02 * RATE)


def test_each_animal_is_a_group_of_its_recordings():
    found = list(recordings(Config(animals=2, recordings=3, clicks=1), Path()))
    assert Counter(recording.label for recording in found) == dict.fromkeys(SPECIES, 6)
    assert set(Counter(recording.group for recording in found).values()) == {3}
