import numpy as np
import pytest
import scipy.fft
from librosa.feature import melspectrogram

from tests.sounds import RATE, noise, silence, tone
from waveloom.evaluation.paired_metrics import BETTER, PERFECT_DB, paired_metrics, si_sdr_db

NOISE = np.stack([noise(0.25, gain=0.9, seed=seed) for seed in range(40)])
RATIOS = ("spectral_snr_db", "snr_db", "si_sdr_db")


def means(clips: np.ndarray, copies: np.ndarray) -> dict[str, float]:
    return {name: float(values.mean()) for name, values in paired_metrics(clips, copies, RATE).items()}


def test_an_exact_copy_has_perfect_scores():
    assert means(NOISE, NOISE) == {name: PERFECT_DB if name in RATIOS else 0 for name in BETTER}


def test_half_the_amplitude_is_six_decibels_in_all_metrics_that_depend_on_gain():
    scores = means(NOISE, NOISE / 2)
    for name in ("log_spectral_distance_db", "spectral_snr_db", "snr_db"):
        assert scores[name] == pytest.approx(20 * np.log10(2), abs=0.01)
    assert scores["mel_cepstral_distortion_db"] == pytest.approx(0, abs=1e-3)
    assert scores["si_sdr_db"] == PERFECT_DB
    # Half the norm is lost, and every logarithm differs by log 2.
    assert scores["multi_resolution_stft"] == pytest.approx(0.5 + np.log(2), abs=0.01)


def test_inverting_the_polarity_changes_the_waveform_and_no_magnitude():
    scores = means(NOISE, -NOISE)
    assert scores["snr_db"] == pytest.approx(-20 * np.log10(2))
    assert scores["spectral_snr_db"] == PERFECT_DB


@pytest.mark.parametrize("ratio", [40, 20, 0])
def test_noise_of_a_given_level_gives_its_ratio(ratio):
    sound, hiss = tone(440), noise(seed=1)
    hiss = hiss * np.linalg.norm(sound) / np.linalg.norm(hiss) * 10 ** (-ratio / 20)
    found = means(sound[None], (sound + hiss)[None])
    assert found["snr_db"] == pytest.approx(ratio, abs=0.01)
    assert found["si_sdr_db"] == pytest.approx(ratio, abs=0.2)


@pytest.mark.parametrize("gain", [0.1, 1.0, 30.0])
@pytest.mark.parametrize("offset", [0.0, 0.5])
def test_orthogonal_noise_of_a_tenth_of_the_power_is_10_db_at_any_gain_and_offset(gain, offset):
    clean, other = tone(440, gain=1.0), tone(880, gain=np.sqrt(0.1))
    assert si_sdr_db(clean[None], gain * (clean + other)[None] + offset) == pytest.approx([10], abs=0.01)
    assert si_sdr_db(clean[None] + offset, gain * (clean + other)[None]) == pytest.approx([10], abs=0.01)


def test_the_scale_invariant_ratio_of_four_samples_worked_by_hand():
    clip, copy = np.array([[1.0, -1.0, 1.0, -1.0]]), np.array([[2.0, -1.0, 1.0, -2.0]])  # a = 6/4, 9 and 1 of energy
    assert si_sdr_db(clip, copy) == pytest.approx([10 * np.log10(9)])
    assert si_sdr_db(clip + 5, copy - 3) == pytest.approx([10 * np.log10(9)])


def test_another_tone_is_far_from_a_copy():
    assert si_sdr_db(tone(440)[None], tone(880)[None]) < -60


def test_an_unrelated_copy_and_silence_are_finite():
    for clips, copies in [(silence(), tone(440)), (tone(440), silence()), (silence(), silence())]:
        assert all(np.isfinite(list(means(clips[None], copies[None]).values())))
    assert si_sdr_db(silence()[None], silence()[None]) == [PERFECT_DB]


def test_mel_cepstral_distortion_follows_its_definition():
    clips = np.stack([noise(0.5), noise(0.5, seed=1)])
    mel = melspectrogram(y=clips, sr=RATE, n_fft=2048, hop_length=512, n_mels=80, pad_mode="constant")
    # Cepstra c of log S = c_0 + 2 sum of c_k cos; MCD = 10 / ln 10 sqrt(2 sum of (c_k - c'_k)^2), k from 1 to 13.
    cepstra = scipy.fft.dct(np.log(mel), axis=1)[:, 1:14] / (2 * 80)
    expected = (10 / np.log(10) * np.sqrt(2 * ((cepstra[0] - cepstra[1]) ** 2).sum(axis=0))).mean()
    found = paired_metrics(clips[:1], clips[1:], RATE)["mel_cepstral_distortion_db"][0]
    assert found == pytest.approx(expected, rel=1e-3)
