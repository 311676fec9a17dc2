"""Contract of every representation; a new file in the folder is tested without a change here."""

import numpy as np
import pytest

from waveloom import representations
from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.config.plugins import available, load
from waveloom.representations import channel_count

RATE, SAMPLES = 16000, 8192
TIME = np.arange(SAMPLES) / RATE
ENVELOPE = np.sin(np.pi * np.arange(SAMPLES) / SAMPLES) ** 2
SOUNDS = {
    "sine": 0.8 * ENVELOPE * np.sin(2 * np.pi * 440 * TIME),
    "chirp": 0.8 * ENVELOPE * np.sin(2 * np.pi * (200 + 3000 * TIME) * TIME),
    "burst": 0.2 * np.random.default_rng(0).standard_normal(SAMPLES).clip(-4, 4) * np.exp(-20 * TIME),
    "click": 0.9 * np.eye(1, SAMPLES, SAMPLES // 2)[0],
}

pytestmark = pytest.mark.parametrize("name", available(representations))


def clips(name: str) -> np.ndarray:
    return as_channels(name, np.stack(list(SOUNDS.values())).astype(np.float32))


def as_channels(name: str, sounds: np.ndarray) -> np.ndarray:
    """Sounds (n, samples) with the channels of the representation; in stereo the right one has half the amplitude."""
    return sounds if channel_count(load(representations, name)) == 1 else np.stack([sounds, sounds / 2], axis=1)


def round_trip(name: str, sounds: np.ndarray) -> np.ndarray:
    module = load(representations, name)
    config = read_config(module.Config, {}, name)
    return module.decode(config, module.encode(config, sounds, RATE), sounds.shape[-1], RATE)


def encode(name: str, sounds: np.ndarray) -> np.ndarray:
    module = load(representations, name)
    return module.encode(read_config(module.Config, {}, name), sounds, RATE)


def log_spectrum(sound: np.ndarray) -> np.ndarray:
    """Decibels below a full-scale sine, no lower than -60, of frames of 64 ms: (frames, bins)."""
    framed = np.lib.stride_tricks.sliding_window_view(sound, 1024)[::256] * np.hanning(1024)
    return 20 * np.log10(np.maximum(np.abs(np.fft.rfft(framed)) / 256, 1e-3))


def test_an_encoded_batch_has_the_declared_shape(name):
    module = load(representations, name)
    encoded = encode(name, clips(name))
    assert encoded.shape == (len(SOUNDS), *module.shape(module.Config(), SAMPLES, RATE))
    assert encoded.dtype == np.float32


def test_encoded_values_lie_within_one_even_for_the_loudest_clips(name):
    loudest = np.stack([np.ones(SAMPLES), np.sign(np.sin(2000 * TIME)), np.sin(2 * np.pi * 1000 * TIME), 0 * TIME])
    encoded = encode(name, as_channels(name, loudest.astype(np.float32)))
    assert encoded.min() >= -1
    assert encoded.max() <= 1


@pytest.mark.parametrize("sound", SOUNDS)
def test_decoding_preserves_the_log_spectrum(name, sound):
    clip = as_channels(name, SOUNDS[sound].astype(np.float32)[None])[0]
    for channel, decoded in zip(np.atleast_2d(clip), np.atleast_2d(round_trip(name, clip[None])[0]), strict=True):
        difference = log_spectrum(decoded) - log_spectrum(channel)
        assert np.sqrt(np.mean(difference**2)) < 3  # dB, the log-spectral distance


def test_decoded_clips_are_float32_within_one(name):
    module = load(representations, name)
    shape = module.shape(module.Config(), SAMPLES, RATE)
    out_of_range = np.random.default_rng(0).uniform(-1.5, 1.5, (2, *shape)).astype(np.float32)
    sounds = module.decode(module.Config(), out_of_range, SAMPLES, RATE)
    assert sounds.shape == as_channels(name, np.zeros((2, SAMPLES))).shape
    assert sounds.dtype == np.float32
    assert np.abs(sounds).max() <= 1


def test_silence_stays_silent(name):
    assert not round_trip(name, as_channels(name, np.zeros((1, SAMPLES), np.float32))).any()


def test_a_clip_does_not_depend_on_its_batch(name):
    together, encoded = round_trip(name, clips(name)), encode(name, clips(name))
    for number, clip in enumerate(clips(name)):
        np.testing.assert_array_equal(encode(name, clip[None])[0], encoded[number])
        np.testing.assert_array_equal(round_trip(name, clip[None])[0], together[number])


def test_equal_clips_give_equal_bytes_and_are_not_modified(name):
    batch = clips(name)
    assert round_trip(name, batch).tobytes() == round_trip(name, batch).tobytes()
    np.testing.assert_array_equal(batch, clips(name))


def test_an_empty_batch_works(name):
    empty = as_channels(name, np.zeros((0, SAMPLES), np.float32))
    assert round_trip(name, empty).shape == empty.shape


def test_a_clip_without_samples_is_refused(name):
    module = load(representations, name)
    with pytest.raises(InputError, match="0 samples"):
        module.shape(module.Config(), 0, RATE)


def test_a_tensor_of_another_shape_or_with_nan_is_refused(name):
    module = load(representations, name)
    shape = module.shape(module.Config(), SAMPLES, RATE)
    with pytest.raises(InputError, match="was given"):
        module.decode(module.Config(), np.zeros((1, *shape, 1), np.float32), SAMPLES, RATE)
    with pytest.raises(InputError, match="NaN"):
        module.decode(module.Config(), np.full((1, *shape), np.nan, np.float32), SAMPLES, RATE)
