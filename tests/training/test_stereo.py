"""From clips of two channels to sounds of two: high tones stand to the left, low ones to the right."""

import numpy as np
import pytest
import soundfile

from tests.training import small
from waveloom.audio.store import open_store, write
from waveloom.audio.write import write_long, write_wav
from waveloom.config.errors import InputError
from waveloom.evaluation.evaluate import Evaluate, evaluate
from waveloom.evaluation.stereo import placed
from waveloom.generation.sampler import generate
from waveloom.generation.streaming import long_sound
from waveloom.models.files import load_model, save_model
from waveloom.models.model import card
from waveloom.training.train import train

OPTIONS = {
    "loom": {
        "stored": {"sounds": 32, "neighbours": 1, "knots": [1, 1]},
        "refinement": {"width": 8, "style": 8},
    },
    "residual": {"width": 8, "style": 8, "spectra": 8},
    "gansynth": {"channels": 4, "max_channels": 8},
}
DISCRIMINATORS = {"residual": {"width": 8, "style": 8}, "gansynth": {"channels": 4, "max_channels": 8}}


def recipe(name: str = "loom"):
    discriminator = {"loom": "residual"}.get(name, name)
    options = {
        "representations": {"stereo": {"n_fft": 32, "hop": 16}},
        "generators": {name: OPTIONS[name]},
        "discriminators": {discriminator: DISCRIMINATORS[discriminator]},
    }
    networks = {"generator": name, "discriminator": discriminator}
    return small.recipe(noise=8, representation="stereo", objective="hinge", options=options, **networks)


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stereo")
    mono = small.store(folder / "mono")
    clips = mono.read(np.arange(len(mono)))
    sides = np.where(mono.index["label"] == "high", 1.0, 0.25)[:, None]
    both = np.stack([sides * clips, (1.25 - sides) * clips], axis=1).astype(np.float32)
    index = mono.index.assign(start_seconds=0.0)
    index.loc[index.index % 4 == 1, "split"] = "test"
    write(folder / "stereo", [(index, both)], small.RATE, small.SAMPLES)
    return open_store(folder / "stereo")


def trained(store, folder, networks: str | None = "loom"):
    asked = recipe(networks) if networks else small.recipe()
    parts = (store, small.table(store), small.scaler(store), small.FEATURES)
    return train(*parts, asked, small.RULES, folder)[0]


def test_a_remembered_stage_is_woven_again_and_told_by_numbers(staged, tmp_path):
    model = trained(staged, tmp_path)
    sounds = generate(model, range(20), ["high", "low"] * 10)
    assert sounds.shape == (20, 2, small.SAMPLES)
    balance, agreement = placed(sounds).T
    assert np.median(balance[::2]) == pytest.approx(20 * np.log10(4), abs=1)  # 1 against 0.25
    assert np.median(balance[1::2]) == pytest.approx(-20 * np.log10(4), abs=1)
    assert agreement.min() > 0.9
    rules = Evaluate(samples=16, clips=16, folds=2)
    result = evaluate(staged, small.table(staged), model, small.FEATURES, rules, small.scaler(staged))
    assert result.generated.whole.shape == (16, 2, small.SAMPLES)
    np.testing.assert_allclose(result.generated.whole.mean(axis=1), result.generated.clips, atol=1e-6)
    moved = 40 * np.log10(4) / 6  # half of these are high, of the real ones a third: a sixth must change sides
    assert result.metrics["stage"]["balance_distance_db"]["generated"] == pytest.approx(moved, abs=0.5)


def test_what_was_trained_in_stereo_is_saved_said_and_written_so(staged, tmp_path):
    model = trained(staged, tmp_path / "work")
    save_model(tmp_path / "model", model)
    again = load_model(tmp_path / "model")
    assert "in stereo" in card(again)
    (clip,) = generate(again, [3], ["low"])
    write_wav(tmp_path / "clip.wav", clip, small.RATE, "c", "t")
    np.testing.assert_allclose(soundfile.read(tmp_path / "clip.wav")[0].T, clip, atol=1e-4)
    long = long_sound(again, 3, 2.0, "low", small.RATE // 2)
    write_long(tmp_path / "long.wav", long, small.RATE, small.RATE // 2, "c", "t")
    heard, rate = soundfile.read(tmp_path / "long.wav")
    assert (heard.shape, rate) == ((small.RATE, 2), small.RATE // 2)
    assert placed(heard.T[None])[0, 0] == pytest.approx(-20 * np.log10(4), abs=1.5)


@pytest.mark.parametrize("networks", ["residual", "gansynth"])
def test_other_networks_of_spectrograms_learn_in_stereo_too(staged, tmp_path, networks):
    sounds = generate(trained(staged, tmp_path, networks), [1, 2], ["high", "low"])
    assert sounds.shape == (2, 2, small.SAMPLES)
    assert np.isfinite(sounds).all()


def test_a_recipe_of_mono_learns_from_the_mean_of_both_channels(staged, tmp_path):
    assert generate(trained(staged, tmp_path, None), [1], ["high"]).shape == (1, small.SAMPLES)


def test_mono_clips_are_refused_in_words_where_stereo_is_to_be_learned(tmp_path):
    with pytest.raises(InputError, match=r"stereo is of 2 channels, and clips are mono: set prepare\.channel to both"):
        trained(small.store(tmp_path / "clips"), tmp_path)
