"""Continuous sounds from tiny generators, one of which stores spectrograms of noise."""

from itertools import count, islice

import keras
import numpy as np
import pytest

from tests.evaluation.conftest import make_model
from tests.models.pairs import build_generator, weights_of
from waveloom.config.errors import InputError
from waveloom.generation.sampler import Sampler
from waveloom.generation.streaming import circular_path, cut_with_fade, encoded_clips, sample_count, stream
from waveloom.models.layers.stored_spectrograms import StoredSpectrograms
from waveloom.models.layers.storing_spectrograms import store
from waveloom.models.model import Model

RATE, SAMPLES, FRAMES, BINS, NOISE = 8000, 2048, 32, 128, 30
SPECTROGRAM = {"n_fft": 256, "hop": 64}
OPTIONS = {
    "loom": {"stored": {"sounds": 24, "neighbours": 1, "knots": [2, 2]}, "refinement": {"width": 8, "style": 8}},
    "residual": {"width": 8, "style": 8, "spectra": 8},
}


def spectral_model(name="loom", labels=()):
    """A generator of (32, 128) spectrograms: loom stores noises, residual is as its first weights are."""
    keras.utils.set_random_seed(5)
    built = build_generator(name, (FRAMES, BINS), NOISE, len(labels), **OPTIONS[name])
    for layer in (layer for layer in built.layers if isinstance(layer, StoredSpectrograms)):
        sounds = np.random.default_rng(0).uniform(0, 0.3, (24, FRAMES, BINS)).astype(np.float32)
        store(layer, sounds, np.arange(24) % max(len(labels), 1), np.arange(24))
    recipe = {
        "representation": "spectrogram",
        "generator": name,
        "discriminator": "residual",
        "objective": "hinge",
        "noise": NOISE,
        "condition": "label" if labels else "none",
        "options": {"generators": {name: OPTIONS[name]}, "representations": {"spectrogram": SPECTROGRAM}},
    }
    spec = {"recipe": recipe, "rate_hz": RATE, "samples": SAMPLES, "labels": list(labels), "seed": 5, "steps": 0}
    return Model(spec, weights_of(built))


def made(model, seed, seconds, label=None):
    return np.concatenate(list(stream(Sampler(model), seed, seconds, label)))


@pytest.mark.parametrize("name", ["loom", "residual"])
def test_a_longer_sound_begins_as_a_shorter_one_but_for_the_last_20_ms(name):
    model = spectral_model(name)
    short, long = made(model, 3, 5.0), made(model, 3, 9.5)
    assert (len(short), len(long)) == (5 * RATE, 9.5 * RATE)
    np.testing.assert_array_equal(short[: -RATE // 50], long[: len(short) - RATE // 50])
    assert short[-1] == long[-1] == 0
    assert 0 < np.abs(long).max() <= 1


def test_a_sound_is_determined_by_seed_and_label():
    model = spectral_model(labels=("low", "high"))
    sounds = [made(model, seed, 1.0, label) for seed, label in [(0, "low"), (0, "low"), (1, "low"), (0, "high")]]
    np.testing.assert_array_equal(sounds[0], sounds[1])
    assert len({sound.tobytes() for sound in sounds}) == 3


def test_the_first_encoded_clip_is_that_of_the_same_seed():
    from waveloom.representations import spectrogram

    model = spectral_model()
    first = next(encoded_clips(Sampler(model), 7))
    clip = spectrogram.decode(spectrogram.Config(**SPECTROGRAM), first[None], SAMPLES, RATE)
    np.testing.assert_array_equal(clip, Sampler(model).clips([7]))


@pytest.mark.parametrize("seconds", [0, -3, float("nan"), float("inf"), 21601])
def test_impossible_lengths_are_refused(seconds):
    with pytest.raises(InputError, match=r"above 0 and up to 21600"):
        sample_count(Sampler(spectral_model()), seconds)


def test_a_length_below_one_clip_is_refused():
    with pytest.raises(InputError, match=r"shorter than one clip of this generator \(0.256 s\)"):
        stream(Sampler(spectral_model()), 0, 0.1)


def test_a_representation_that_cannot_be_overlapped_is_named_with_those_that_can():
    with pytest.raises(InputError, match=r"spectrogram, stereo or mel.*trained on waveform"):
        stream(Sampler(make_model(["a"])), 0, 3.0, "a")


@pytest.mark.parametrize(
    ("labels", "label", "message"), [(["a"], None, "its labels are: a"), ([], "a", "without labels")]
)
def test_a_label_that_is_missing_or_unknown_is_refused_before_anything_is_made(labels, label, message):
    with pytest.raises(InputError, match=message):
        stream(Sampler(spectral_model(labels=labels)), 0, 3.0, label)


def test_a_sound_has_the_exact_length_and_fades_over_the_last_blocks():
    pieces = list(cut_with_fade((np.ones(7, np.float32) for _ in count()), 20, fade=10))
    whole = np.concatenate(pieces)
    assert [len(piece) for piece in pieces] == [7, 7, 6]
    np.testing.assert_allclose(whole, np.r_[np.ones(10), np.arange(9, -1, -1) / 10], rtol=1e-6)


def test_the_circular_path_keeps_the_variance_and_neighbours_are_correlated():
    draw = np.random.default_rng(0)
    drawn = [draw.standard_normal(10_000).astype(np.float32) for _ in range(6)]
    path = list(islice(circular_path(None, iter(drawn), 0), 20))
    np.testing.assert_array_equal(path[0], drawn[0])
    np.testing.assert_allclose(path[8], drawn[2], atol=1e-6)
    assert np.std(path, axis=1) == pytest.approx(1, abs=0.03)
    assert all(np.corrcoef(path[i], path[i + 1])[0, 1] > 0.9 for i in range(19))
