"""No recipe and no representation makes a sound above the band of the training sounds."""

from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from tests.generation.test_streaming import spectral_model
from waveloom import representations
from waveloom.config.plugins import available
from waveloom.generation.sampler import Sampler
from waveloom.generation.streaming import stream
from waveloom.models.model import Exported, card
from waveloom.models.recipe import parts, resolve

RATE, SAMPLES, LIMIT = 16_000, 16_384, 4000.0
RECIPES = {path.stem: path for path in sorted((Path(__file__).parents[2] / "conf/recipes").glob("*.yml"))}
BASE = {"generator": "residual", "discriminator": "residual", "objective": "hinge", "noise": 8}
TREES = {name: (path, {}) for name, path in RECIPES.items() if "task: translation" not in path.read_text()} | {
    f"a recipe of {name}": (None, {**BASE, "representation": name}) for name in available(representations)
}


def tree(name: str) -> dict:
    path, given = TREES[name]
    return given if path is None else YAML(typ="safe").load(path)


def generator(name: str, limit: float | None) -> Exported:
    """A generator whose network fills every value of its representation at random."""
    recipe = tree(name)
    chosen = parts(resolve(recipe, {}))
    shape = chosen.representation.shape(chosen.representation_config, SAMPLES, RATE)
    count = representations.channel_count(chosen.representation)
    spec = {"recipe": {"noise": 8, **recipe}, "rate_hz": RATE, "samples": SAMPLES, "labels": []}
    spec |= {"channels": count} if count > 1 else {}
    spec |= {"bandwidth_hz": limit} if limit else {}

    def call(noise: np.ndarray, label: np.ndarray) -> np.ndarray:
        draw = np.random.default_rng(int(1e6 * abs(noise[0, 0])))
        return draw.uniform(-0.5, 0.9, (1, *shape)).astype(np.float32)

    return Exported(spec, "0" * 64, call)


def above(sounds: np.ndarray, rate: int, limit: float) -> float:
    """The strongest frequency more than 2% above the limit in dB re the strongest of all."""
    inner = sounds[..., 600:-600]
    power = np.abs(np.fft.rfft(inner * np.hanning(inner.shape[-1]), axis=-1)) ** 2
    return float(
        10 * np.log10(power[..., np.fft.rfftfreq(inner.shape[-1], 1 / rate) > 1.02 * limit].max() / power.max())
    )


@pytest.mark.parametrize("name", TREES)
def test_what_any_recipe_generates_stays_within_the_band_of_the_training_sounds(name):
    sounds = Sampler(generator(name, LIMIT)).clips(range(2))
    assert above(sounds, RATE, LIMIT) < -60
    assert 0.01 < np.abs(sounds).max() <= 1
    assert above(Sampler(generator(name, None)).clips(range(2)), RATE, LIMIT) > -30


@pytest.mark.parametrize("name", ["loom", "residual"])
def test_a_network_s_clips_and_sounds_of_any_length_stay_within_it_too(name):
    model = spectral_model(name)
    assert above(Sampler(model).clips(range(3)), 8000, 2000.0) > -40
    model.spec["bandwidth_hz"] = 2000.0
    assert above(Sampler(model).clips(range(3)), 8000, 2000.0) < -60
    whole = np.concatenate(list(stream(Sampler(model), 3, 6.0)), axis=-1)
    assert len(whole) == 6 * 8000
    assert above(whole, 8000, 2000.0) < -60
    assert np.abs(whole).max() <= 1


def test_a_longer_sound_still_begins_as_a_shorter_one():
    model = spectral_model()
    model.spec["bandwidth_hz"] = 2000.0
    short, long = (np.concatenate(list(stream(Sampler(model), 3, seconds))) for seconds in (5.0, 7.5))
    np.testing.assert_array_equal(short[:-160], long[: len(short) - 160])


def test_the_card_names_the_limit_where_there_is_one():
    model = spectral_model()
    assert "no frequencies above" not in card(model)
    model.spec["bandwidth_hz"] = 2000.0
    assert "no frequencies above 2,000 Hz" in card(model)
