"""The Keras network reproduces the original: its tags name clear sounds correctly."""

import numpy as np
import pytest

from tests.sounds import RATE, noise, tone
from waveloom.evaluation.embeddings import musicnn
from waveloom.features import Features

pytestmark = pytest.mark.skipif(bool(musicnn.missing()), reason=musicnn.missing())


def pluck(hertz: float, seconds: float) -> np.ndarray:
    """A plucked string by the algorithm of Karplus and Strong (1983)."""
    line = np.random.default_rng(0).uniform(-1, 1, round(RATE / hertz))
    periods = []
    for _ in range(round(seconds * hertz) + 1):
        periods.append(line)
        line = 0.498 * (line + np.roll(line, -1))
    return (0.8 * np.concatenate(periods)[: round(seconds * RATE)]).astype(np.float32)


def drums(seconds: float) -> np.ndarray:
    """A bass drum every half second with bursts of noise between."""
    time = np.arange(4000) / RATE
    kick = np.sin(2 * np.pi * (50 + 80 * np.exp(-30 * time)) * time) * np.exp(-12 * time)
    hat = noise(0.25, gain=0.5) * np.exp(-time * 50)
    return np.tile(0.8 * np.concatenate([kick, hat]), round(2 * seconds)).astype(np.float32)


def best_tags(clip: np.ndarray, count: int) -> set[str]:
    from musicnn.configuration import MTT_LABELS

    return {MTT_LABELS[i] for i in np.argsort(-musicnn.tags(clip[None], RATE)[0])[:count]}


@pytest.mark.parametrize("seconds", [1, 3])
@pytest.mark.parametrize("hertz", [196, 330])
def test_a_plucked_string_is_tagged_guitar_or_harp(seconds, hertz):
    assert best_tags(pluck(hertz, seconds), 3) & {"guitar", "harp"}


@pytest.mark.parametrize("seconds", [1, 3])
def test_a_drum_loop_is_tagged_techno_and_beat(seconds):
    assert best_tags(drums(seconds), 3) >= {"techno", "beat"}


def test_tag_probabilities_are_between_zero_and_one():
    probabilities = musicnn.tags(np.stack([pluck(220, 1), noise()]), RATE)
    assert probabilities.shape == (2, 50)
    assert ((probabilities >= 0) & (probabilities <= 1)).all()


def test_every_layer_has_its_weights_and_the_checkpoint_has_no_others():
    from tensorflow.compat.v1.train import NewCheckpointReader

    saved = set(NewCheckpointReader(f"{musicnn.WEIGHTS.checked()}/").get_variable_to_shape_map())
    used = {f"{layer.name}/{weight.name}" for layer in musicnn._network().layers for weight in layer.weights}
    assert used == {name for name in saved if "Adam" not in name and "_power" not in name}


def test_a_long_clip_is_the_mean_of_its_patches():
    halves = [pluck(220, 3), noise(3)]
    whole = musicnn.embed(np.concatenate(halves)[None], RATE, Features())
    apart = musicnn.embed(np.stack(halves), RATE, Features()).mean(axis=0)
    # Not equal: frames across the cut contain both.
    assert np.linalg.norm(whole - apart) < 0.1 * np.linalg.norm(apart)


def test_the_row_of_a_clip_hardly_depends_on_its_sample_rate():
    rows = [musicnn.embed(tone(440, rate=rate)[None], rate, Features())[0] for rate in (16_000, 44_100)]
    assert np.linalg.norm(rows[0] - rows[1]) < 0.02 * np.linalg.norm(rows[0])
