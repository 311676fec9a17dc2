import numpy as np
import pytest

from waveloom.evaluation.round_trip import PERFECT_DB, round_trip

NOISE = np.random.default_rng(0).uniform(-0.9, 0.9, (40, 4096)).astype(np.float32)


def test_an_exact_copy_loses_nothing():
    expected = {"log_spectral_distance_db": 0, "spectral_snr_db": PERFECT_DB, "snr_db": PERFECT_DB}
    assert round_trip(NOISE, NOISE) == expected


def test_half_the_amplitude_is_six_decibels_of_everything():
    assert round_trip(NOISE, NOISE / 2) == pytest.approx(
        dict.fromkeys(("log_spectral_distance_db", "spectral_snr_db", "snr_db"), 20 * np.log10(2)), abs=0.01
    )


def test_turning_the_phase_around_ruins_the_waveform_and_no_magnitude():
    lost = round_trip(NOISE, -NOISE)
    assert lost["snr_db"] == pytest.approx(-20 * np.log10(2))
    assert lost["spectral_snr_db"] == PERFECT_DB
