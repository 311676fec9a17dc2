import subprocess
import sys

import numpy as np
import pytest

from waveloom.config.errors import InputError
from waveloom.representations import spectrogram
from waveloom.representations._stft import clip_to_stft, stft_to_clip
from waveloom.representations.spectrogram import Config

RATE, SAMPLES = 16000, 8192
TIME = np.arange(SAMPLES) / RATE


def tone(bin_number: int, gain: float = 1.0) -> np.ndarray:
    return (gain * np.sin(2 * np.pi * bin_number / 1024 * np.arange(SAMPLES)))[None].astype(np.float32)


def convergence_db(clip: np.ndarray, config: Config) -> float:
    """Spectral convergence of the round trip in dB; lower is better."""
    decoded = spectrogram.decode(config, spectrogram.encode(config, clip[None], RATE), len(clip), RATE)[0]
    expected, actual = (np.abs(clip_to_stft(sound, 1024, 256)) for sound in (clip, decoded))
    return float(20 * np.log10(np.linalg.norm(expected - actual) / np.linalg.norm(expected)))


@pytest.mark.parametrize(("n_fft", "hop"), [(1024, 256), (512, 64), (256, 128)])
def test_the_inverse_of_the_stft_returns_the_clip(n_fft, hop):
    draw = np.random.default_rng(0)
    spectrum = np.where(np.arange(SAMPLES // 2 + 1) < 0.4 * SAMPLES, draw.normal(size=SAMPLES // 2 + 1), 0)
    clip = np.fft.irfft(spectrum).astype(np.float32)  # noise without power near the Nyquist bin, which is left out
    transform = clip_to_stft(clip, n_fft, hop)
    assert transform.shape == (SAMPLES // hop, n_fft // 2)
    np.testing.assert_allclose(stft_to_clip(transform, n_fft, hop), clip, atol=2e-3 * np.abs(clip).max())


def test_a_full_scale_sine_is_plus_one_and_silence_minus_one():
    encoded = spectrogram.encode(Config(), np.concatenate([tone(100), 0 * tone(100)]), RATE)
    np.testing.assert_allclose(encoded[0, 4:-4, 100], 1, atol=1e-3)
    np.testing.assert_array_equal(encoded[1], -1)


@pytest.mark.parametrize("down_db", [10, 40, 60])
def test_values_are_linear_in_decibels(down_db):
    encoded = spectrogram.encode(Config(range_db=100), tone(100, gain=10 ** (-down_db / 20)), RATE)
    np.testing.assert_allclose(encoded[0, 4:-4, 100], 1 - 2 * down_db / 100, atol=2e-3)


def test_the_first_axis_is_time_and_a_click_is_in_its_frame():
    clip = np.eye(1, SAMPLES, 256 * 20 + 128, dtype=np.float32)
    encoded = spectrogram.encode(Config(), clip, RATE)
    assert encoded.shape == (1, 32, 512)
    assert encoded[0].mean(axis=1).argmax() == 20


@pytest.mark.parametrize(
    ("kind", "limit_db"), [("sine", -40), ("chirp", -35), ("chord", -25), ("burst", -15), ("click", -20)]
)
def test_phases_reconstructed_from_magnitudes_give_the_same_spectrum(kind, limit_db):
    envelope = np.sin(np.pi * np.arange(SAMPLES) / SAMPLES) ** 2
    sounds = {
        "sine": envelope * np.sin(2 * np.pi * 440 * TIME),
        "chirp": envelope * np.sin(2 * np.pi * (200 + 3000 * TIME) * TIME),
        "chord": sum(np.sin(2 * np.pi * hz * TIME) * np.exp(-6 * TIME) / 4 for hz in (220, 277, 330, 880)),
        "burst": 0.2 * np.random.default_rng(0).standard_normal(SAMPLES) * np.exp(-20 * TIME),
        "click": np.eye(1, SAMPLES, 3333)[0],
    }
    assert convergence_db(sounds[kind].astype(np.float32), Config()) < limit_db


def test_griffin_lim_steps_reduce_the_spectral_error():
    clip = (0.2 * np.random.default_rng(0).standard_normal(SAMPLES)).astype(np.float32)
    distances = [convergence_db(clip, Config(griffin_lim_steps=steps)) for steps in (0, 4, 16)]
    assert distances == sorted(distances, reverse=True)


@pytest.mark.parametrize(
    ("config", "samples", "message"),
    [
        (Config(), 8000, "Set prepare.samples to 8192"),
        (Config(), 100, "Set prepare.samples to 4096"),
        (Config(n_fft=1000, hop=256), 8192, "spectrogram.hop is 256 and n_fft 1000"),
        (Config(n_fft=1024, hop=1024), 8192, "such as 1024 and 256"),
    ],
)
def test_the_error_of_unsuitable_sizes_suggests_suitable_ones(config, samples, message):
    with pytest.raises(InputError, match=message):
        spectrogram.encode(config, np.zeros((1, samples), np.float32), RATE)


def test_encoding_does_not_import_numba():
    code = (
        "import sys, numpy; from waveloom.representations import spectrogram as s;"
        "s.encode(s.Config(), numpy.zeros((1, 1024), 'f4'), 16000);"
        "print(sorted({'librosa', 'numba', 'tensorflow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
