"""Training on stereo clips, in which high tones are on the left and low ones on the right."""

import numpy as np
import pytest
import soundfile

from tests.training import small
from waveloom.audio.store import open_store, write
from waveloom.audio.write import write_stream, write_wav
from waveloom.config.errors import InputError
from waveloom.evaluation.evaluate import Evaluate, evaluate
from waveloom.evaluation.stereo import balance_and_correlation
from waveloom.generation.sampler import Sampler
from waveloom.generation.streaming import stream
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
def stereo_store(tmp_path_factory):
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
    chosen = recipe(networks) if networks else small.recipe()
    return train(small.data(store), chosen, small.CONFIG, folder)[0]


def test_generated_stereo_has_the_balance_of_the_training_clips(stereo_store, tmp_path):
    model = trained(stereo_store, tmp_path)
    sounds = Sampler(model).clips(range(20), ["high", "low"] * 10)
    assert sounds.shape == (20, 2, small.SAMPLES)
    balance, agreement = balance_and_correlation(sounds).T
    assert np.median(balance[::2]) == pytest.approx(20 * np.log10(4), abs=1)  # 1 against 0.25
    assert np.median(balance[1::2]) == pytest.approx(-20 * np.log10(4), abs=1)
    assert agreement.min() > 0.9
    config = Evaluate(samples=16, clips=16, folds=2)
    result = evaluate(
        stereo_store, small.table(stereo_store), model, small.FEATURES, config, small.scaler(stereo_store)
    )
    assert result.generated.all_channels.shape == (16, 2, small.SAMPLES)
    np.testing.assert_allclose(result.generated.all_channels.mean(axis=1), result.generated.clips, atol=1e-6)
    moved = 40 * np.log10(4) / 6  # half of these are high, and a third of the real ones: a sixth must change sides
    assert result.metrics["stereo"]["balance_distance_db"]["generated"] == pytest.approx(moved, abs=0.5)


def test_a_stereo_model_is_saved_described_and_written_in_stereo(stereo_store, tmp_path):
    model = trained(stereo_store, tmp_path / "work")
    save_model(tmp_path / "model", model)
    again = load_model(tmp_path / "model")
    assert "in stereo" in card(again)
    (clip,) = Sampler(again).clips([3], ["low"])
    write_wav(tmp_path / "clip.wav", clip, small.RATE, "c", "t")
    np.testing.assert_allclose(soundfile.read(tmp_path / "clip.wav")[0].T, clip, atol=1e-4)
    long = stream(Sampler(again), 3, 2.0, "low", small.RATE // 2)
    write_stream(tmp_path / "long.wav", long, small.RATE, small.RATE // 2, "c", "t")
    written, rate = soundfile.read(tmp_path / "long.wav")
    assert (written.shape, rate) == ((small.RATE, 2), small.RATE // 2)
    assert balance_and_correlation(written.T[None])[0, 0] == pytest.approx(-20 * np.log10(4), abs=1.5)


@pytest.mark.parametrize("networks", ["residual", "gansynth"])
def test_other_networks_of_spectrograms_learn_in_stereo_too(stereo_store, tmp_path, networks):
    sounds = Sampler(trained(stereo_store, tmp_path, networks)).clips([1, 2], ["high", "low"])
    assert sounds.shape == (2, 2, small.SAMPLES)
    assert np.isfinite(sounds).all()


def test_a_mono_recipe_learns_the_mean_of_both_channels(stereo_store, tmp_path):
    assert Sampler(trained(stereo_store, tmp_path, None)).clips([1], ["high"]).shape == (1, small.SAMPLES)


def test_mono_clips_are_refused_for_a_stereo_recipe(tmp_path):
    with pytest.raises(InputError, match=r"stereo is of 2 channels, and clips are mono: set prepare\.channel to both"):
        trained(small.store(tmp_path / "clips"), tmp_path)
