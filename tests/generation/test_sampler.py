import subprocess
import sys

import keras
import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from tests.models.pairs import build_generator, weights_of
from waveloom.commands.app import app
from waveloom.config.errors import InputError
from waveloom.generation.generator import Generator
from waveloom.generation.sampler import Sampler, build_network
from waveloom.models.files import save_model
from waveloom.models.model import Model

RECIPE = {
    "representation": "waveform",
    "generator": "dense",
    "discriminator": "dense",
    "objective": "bce",
    "noise": 4,
    "options": {"generators": {"dense": {"widths": [16]}}, "discriminators": {"dense": {"widths": [4]}}},
}


def model(labels=()):
    keras.utils.set_random_seed(5)
    weights = weights_of(build_generator("dense", (64,), 4, len(labels), widths=[16]))
    recipe = {**RECIPE, "condition": "label" if labels else "none"}
    return Model({"recipe": recipe, "rate_hz": 8000, "samples": 64, "labels": list(labels)}, weights)


def test_clips_have_the_models_length_and_stay_within_one():
    clips = Sampler(model()).clips(range(5))
    assert clips.shape == (5, 64)
    assert clips.dtype == np.float32
    assert 0 < np.abs(clips).max() <= 1


def test_a_sound_depends_on_its_seed_and_not_on_its_neighbours():
    many = Sampler(model()).clips(range(70))
    np.testing.assert_array_equal(many[[69, 3, 40]], Sampler(model()).clips([69, 3, 40]))
    assert len({clip.tobytes() for clip in many}) == 70


def test_the_label_changes_the_sound():
    drum, flute = Sampler(model(["drum", "flute"])).clips([7, 7], ["drum", "flute"])
    assert not np.array_equal(drum, flute)


def test_the_network_is_built_once_and_reused_with_equal_results(monkeypatch):
    built = []
    monkeypatch.setattr(
        "waveloom.generation.sampler.build_network", lambda model: built.append(model) or build_network(model)
    )
    sampler = Sampler(model())
    np.testing.assert_array_equal(sampler.clips([3]), sampler.clips([3]))
    assert len(built) == 1


def test_no_seeds_give_no_clips():
    assert Sampler(model()).clips([]).shape == (0, 64)


@pytest.mark.parametrize("labels", [None, ["drum"], ["drum", "horn"]])
def test_missing_or_unknown_labels_are_refused_with_the_possible_ones(labels):
    with pytest.raises(InputError, match=r"its labels are: drum, flute"):
        Sampler(model(["drum", "flute"])).clips([0, 1], labels)


def styled() -> Model:
    options = {"widths": [4, 4], "style": 4, "noise_sources": 0}
    recipe = {
        **RECIPE,
        "representation": "spectrogram",
        "generator": "stylegan",
        "discriminator": "stylegan",
        "options": {
            "representations": {"spectrogram": {"n_fft": 64, "hop": 16}},
            "generators": {"stylegan": options},
            "discriminators": {"stylegan": {"widths": [4, 4]}},
        },
    }
    keras.utils.set_random_seed(5)
    weights = weights_of(build_generator("stylegan", (4, 32), 4, **options))
    return Model({"recipe": recipe, "rate_hz": 8000, "samples": 64, "labels": [], "seed": 0, "steps": 1}, weights)


def test_truncation_of_0_gives_every_seed_the_same_sound_if_the_networks_have_it():
    generator = Generator(styled())
    mean, own = generator.truncated(0.0).clips(range(3)), generator.clips(range(3))
    np.testing.assert_array_equal(mean[0], mean[1])
    assert not np.array_equal(own[0], own[1])
    with pytest.raises(InputError, match="truncation is not a parameter"):
        Generator(model()).truncated(0.5)


def test_an_unconditioned_model_takes_no_labels():
    with pytest.raises(InputError, match="without labels"):
        Sampler(model()).clips([0], ["drum"])


def test_weights_that_do_not_fit_the_recipe_are_refused():
    damaged = model()
    damaged.weights["dense_0/kernel"] = damaged.weights["dense_0/kernel"][:, :-1]
    with pytest.raises(InputError, match=r"do not fit .*dense_0/kernel has shape \(4, 15\), not \(4, 16\)"):
        Sampler(damaged).clips([0])


def test_importing_it_and_the_training_parameters_does_not_import_tensorflow():
    modules = [f"waveloom.{name}" for name in ("generation.sampler", "training.config", "training.fingerprint")]
    code = f"import sys, {', '.join(modules)}; print({{'tensorflow', 'keras'}} & {{*sys.modules}})"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_names_and_metadata_of_truncated_sounds_state_the_truncation(tmp_path):
    save_model(tmp_path / "generator", styled())
    for share in ("0", "1"):
        options = ["--model", str(tmp_path / "generator"), "--count", "1", "--truncation", share]
        CliRunner().invoke(app, ["generate", str(tmp_path / "out"), *options], catch_exceptions=False)
    names = sorted(file.name for file in (tmp_path / "out").iterdir())
    assert names == ["sound-0000-truncation-0.wav", "sound-0000-truncation-1.wav"]
    with soundfile.SoundFile(tmp_path / "out" / names[0]) as file:
        assert file.comment.endswith("seed 0 truncation 0")
