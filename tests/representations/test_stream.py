"""Waveforms reconstructed block by block: continuous phases, and no dependence on later frames."""

from dataclasses import replace
from itertools import count, islice, repeat

import numpy as np
import pytest

from waveloom import representations
from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.config.plugins import available, load
from waveloom.representations import channel_count, spectrogram
from waveloom.representations._level import level_to_magnitude
from waveloom.representations._reconstruction import PhaseRetrieval
from waveloom.representations._stft import clip_to_stft
from waveloom.representations._stream import stream_mono

RATE, SAMPLES, N_FFT, HOP = 16000, 16384 * 4, 1024, 256
TIME = np.arange(SAMPLES) / RATE
RETRIEVAL = PhaseRetrieval(N_FFT, HOP, 80, 4)
STREAMS = [name for name in available(representations) if hasattr(load(representations, name), "stream")]


def magnitudes_of(sound: np.ndarray) -> np.ndarray:
    encoded = spectrogram.encode(spectrogram.Config(), sound[None].astype(np.float32), RATE)
    return level_to_magnitude(encoded[0], N_FFT, 80)


def streamed(magnitudes: np.ndarray, block: int = 64) -> np.ndarray:
    return np.concatenate(list(stream_mono([magnitudes], RETRIEVAL, block)))


def distance_db(sound: np.ndarray, other: np.ndarray) -> float:
    """Spectral convergence over the shorter length of the two."""
    whole = min(len(sound), len(other)) // HOP * HOP
    expected, actual = (np.abs(clip_to_stft(one[:whole].astype(np.float32), N_FFT, HOP)) for one in (sound, other))
    return float(20 * np.log10(np.linalg.norm(expected - actual) / np.linalg.norm(expected)))


@pytest.mark.parametrize("block", [16, 64])
@pytest.mark.parametrize("hz", [443.7, 1800.0])
def test_a_sine_over_many_blocks_is_one_sine(hz, block):
    decoded = streamed(magnitudes_of(0.5 * np.sin(2 * np.pi * hz * TIME)), block)[2048:-2048]
    time = np.arange(len(decoded)) / RATE
    candidates = hz + np.linspace(-1.5, 1.5, 1501)  # reconstructed phases advance at a slightly different frequency
    best = candidates[np.argmax([abs(np.exp(-2j * np.pi * one * time) @ decoded) for one in candidates])]
    waves = np.stack([np.cos(2 * np.pi * best * time), np.sin(2 * np.pi * best * time)], axis=1)
    residual = decoded - waves @ np.linalg.lstsq(waves, decoded, rcond=None)[0]
    assert 20 * np.log10(residual.std() / decoded.std()) < -38


@pytest.mark.parametrize("block", [16, 64, 128])
@pytest.mark.parametrize("kind", ["chord", "noise"])
def test_blocks_of_any_size_approximate_the_spectrum_as_well_as_the_whole_at_once(kind, block):
    chord = sum(0.15 * np.sin(2 * np.pi * hz * TIME) for hz in (220, 277, 330, 880))
    sound = {"chord": chord, "noise": 0.1 * np.random.default_rng(0).standard_normal(SAMPLES)}[kind]
    encoded = spectrogram.encode(spectrogram.Config(), sound[None].astype(np.float32), RATE)
    at_once = spectrogram.decode(spectrogram.Config(), encoded, SAMPLES, RATE)[0]
    assert distance_db(sound, streamed(magnitudes_of(sound), block)) < distance_db(sound, at_once) + 2.5  # -35 and -18


def test_samples_depend_neither_on_the_parts_nor_on_later_frames():
    frames = magnitudes_of(0.1 * np.random.default_rng(0).standard_normal(SAMPLES))
    whole = streamed(frames)
    singly = np.concatenate(list(stream_mono(np.split(frames, len(frames)), RETRIEVAL)))
    shorter = streamed(frames[:150])
    np.testing.assert_array_equal(singly, whole)
    assert len(shorter) > 100 * HOP
    np.testing.assert_array_equal(shorter, whole[: len(shorter)])


def test_silence_stays_silent_and_a_tone_after_it_is_reconstructed():
    silent = np.zeros((80, N_FFT // 2), np.float32)
    tone = magnitudes_of(0.5 * np.sin(2 * np.pi * 440 * TIME))
    decoded = np.concatenate(list(stream_mono([silent, tone], RETRIEVAL)))
    assert np.abs(decoded[: 70 * HOP]).max() < 1e-6
    assert decoded[90 * HOP :].std() == pytest.approx(0.5 / 2**0.5, rel=0.02)


def test_frames_are_requested_only_one_block_ahead():
    requested = []
    frame = np.ones((1, N_FFT // 2), np.float32)
    blocks = stream_mono(
        (requested.append(number) or frame for number in count()), replace(RETRIEVAL, griffin_lim_steps=0)
    )
    for number in range(1, 5):
        next(blocks)
        assert len(requested) == 64 * number + 8


@pytest.mark.parametrize("name", STREAMS)
def test_streams_are_finite_within_one_and_equal_for_equal_seeds(name):
    module = load(representations, name)
    config = read_config(module.Config, {}, name)
    clip = 0.15 * np.random.default_rng(0).standard_normal((channel_count(module), 8192)).astype(np.float32)
    (encoded,) = module.encode(config, clip if len(clip) == 1 else clip[None], RATE)
    decoded = [islice(module.stream(config, repeat(encoded), RATE, seed), 4) for seed in (0, 0, 1)]
    blocks = [np.concatenate(list(some), axis=-1) for some in decoded]
    np.testing.assert_array_equal(blocks[0], blocks[1])
    assert not np.array_equal(blocks[0], blocks[2])
    assert np.isfinite(blocks[0]).all()
    assert np.abs(blocks[0]).max() <= 1
    assert blocks[0].std() == pytest.approx(0.15, rel=0.15)


@pytest.mark.parametrize("name", STREAMS)
def test_windows_with_nan_are_refused(name):
    module = load(representations, name)
    config = read_config(module.Config, {}, name)
    _, *frame = module.shape(config, 8192, RATE)
    with pytest.raises(InputError, match="NaN"):
        next(module.stream(config, repeat(np.full((32, *frame), np.nan, np.float32)), RATE, 0))


def test_spectrograms_in_mono_and_stereo_and_mel_can_be_streamed():
    assert STREAMS == ["mel", "spectrogram", "stereo"]
