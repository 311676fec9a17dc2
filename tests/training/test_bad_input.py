"""What cannot be trained stops before the first step with one clear error, and saved files stay intact."""

import resource
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tests.models.pairs import both
from tests.training import small
from tests.training.callbacks import Recorder
from waveloom.config.errors import InputError
from waveloom.generation.sampler import Sampler
from waveloom.models.files import load_model, save_model
from waveloom.models.model import Model, card
from waveloom.training import checkpoint
from waveloom.training.config import Failures
from waveloom.training.train import check_strategy, train


@pytest.fixture
def store(tmp_path):
    return small.store(tmp_path / "clips")


IMPOSSIBLE = {
    "a spectrogram for networks of waveforms": (
        {
            "representation": "spectrogram",
            "generator": "wavegan",
            "discriminator": "wavegan",
            "options": {"representations": {"spectrogram": {"n_fft": 64, "hop": 16}}},
        },
        r"wavegan cannot make clips of shape .* Choose the\s+waveform",
    ),
    "a waveform for networks of spectrograms": (
        {"generator": "dcgan", "discriminator": "dcgan"},
        "dcgan cannot make clips of shape",
    ),
    "a length that does not divide": (
        {"generator": "wavegan", "discriminator": "wavegan", "options": both("wavegan", quarterings=5)},
        r"multiple of 1024.*change prepare\.samples or options\.generators\.wavegan\.quarterings",
    ),
    "an objective without its penalty": (
        {"objective": "wasserstein"},
        r"bounded gradient; set .*discriminator_training\.penalty",
    ),
    "a one-hot label for networks that store sounds by label": (
        {
            "representation": "spectrogram",
            "generator": "loom",
            "discriminator": "residual",
            "label_as": "one_hot",
            "noise": 8,
            "options": {
                "representations": {"spectrogram": {"n_fft": 32, "hop": 16}},
                "generators": {
                    "loom": {"stored": {"sounds": 8, "neighbours": 1, "knots": [1, 1]}, "refinement": {"width": 4}}
                },
            },
        },
        "one_hot is not possible",
    ),
    "a recipe that is no recipe": ({"generator": "nothing", "discriminator": "nothing"}, "No 'nothing'|nothing"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_impossible_combination_stops_before_the_first_step(store, tmp_path, name):
    overrides, message = IMPOSSIBLE[name]
    recorder = Recorder()
    with pytest.raises(InputError, match=message):
        train(
            small.data(store), small.recipe(**overrides), small.CONFIG,
            tmp_path / "work", recorder,
        )  # fmt: skip
    assert recorder.steps == []
    assert not list(tmp_path.glob("work/*/step-*"))


def test_a_compiled_step_on_several_devices_is_refused(store, tmp_path):
    config = replace(small.CONFIG, distribution="local", jit_compile=True)
    with pytest.raises(InputError, match=r"jit_compile compiles the step of one device; set it to false"):
        train(
            small.data(store), small.recipe(), config, tmp_path / "work"
        )  # fmt: skip


def test_roll_backs_on_several_machines_are_refused():
    config = replace(small.CONFIG, failures=Failures(collapse="roll_back"))
    with pytest.raises(InputError, match=r"roll_back, which a cluster does not support.*choose warn or stop"):
        check_strategy(config, SimpleNamespace(machines=2))


def test_a_class_without_training_clips_is_left_out_and_the_model_says_so(store, tmp_path):
    store.index.loc[store.index["label"] == "high", "split"] = "validation"
    model, _ = train(small.data(store), small.recipe(), small.CONFIG, tmp_path)
    assert model.spec["labels"] == ["low"]
    assert model.spec["training"]["left_out"] == {"labels": "no clip in the training split: 'high'"}
    assert "labels: no clip in the training split: 'high'." in card(model)


@pytest.mark.parametrize("clips", [1, 2, 5])
def test_a_few_clips_without_validation_train_to_the_last_step(store, tmp_path, clips):
    store.index["split"] = np.where(np.arange(len(store)) < clips, "train", "none")
    model, history = train(small.data(store), small.recipe(), small.CONFIG, tmp_path)
    assert model.spec["steps"] == len(history) == small.CONFIG.steps
    assert set(model.spec["training"]["left_out"]) == {"batch_size", "validation"} | (
        {"labels"} if clips == 1 else set()
    )
    assert model.spec["training"]["clips_shown"] == 4 * small.CONFIG.steps
    assert Sampler(model).clips([0, 1], model.spec["labels"][:1] * 2).shape == (2, small.SAMPLES)


def test_a_checkpoint_of_another_architecture_is_not_resumed(store, tmp_path):
    data = small.data(store)
    train(data, small.recipe(), small.CONFIG, tmp_path / "work")
    before = {path: path.read_bytes() for path in tmp_path.glob("work/*/step-*/*")}
    recorder = Recorder()
    wider = small.recipe(options={"generators": {"dense": {"widths": [9]}}})
    train(data, wider, small.CONFIG, tmp_path / "work", recorder)
    assert recorder.steps[0][0] == 1
    assert before == {path: path.read_bytes() for path in before}


def test_a_checkpoint_in_the_wrong_folder_is_refused(store, tmp_path):
    data = small.data(store)
    wider = small.recipe(options={"generators": {"dense": {"widths": [9]}}})
    train(data, wider, small.CONFIG, tmp_path / "other")
    train(data, small.recipe(), small.CONFIG, tmp_path / "work")
    (folder,) = (tmp_path / "work").iterdir()
    (foreign,) = (tmp_path / "other").glob("*/step-00000012")
    (folder / "step-00000012").rename(folder / "moved")
    foreign.rename(folder / "step-00000012")
    recorder = Recorder()
    with pytest.raises(InputError, match=r"checkpoint .*to another training.*remove"):
        train(data, small.recipe(), small.CONFIG, tmp_path / "work", recorder)
    assert recorder.steps == []


@pytest.fixture
def saved(tmp_path):
    spec = {
        "recipe": small.TREE | {"optimiser": {}, "discriminator_training": {}},
        "rate_hz": 4000,
        "samples": 256,
        "labels": [],
    }
    model = Model({**spec, "seed": 0, "steps": 1}, {"000": np.zeros((100, 100), np.float32)})
    save_model(tmp_path / "model", model)
    return tmp_path / "model"


def test_corrupted_weights_are_refused(saved):
    path = saved / "weights.npz"
    whole = path.read_bytes()
    path.write_bytes(whole[:500] + bytes([whole[500] ^ 1]) + whole[501:])
    with pytest.raises(InputError, match="damaged"):
        load_model(saved)


def test_truncated_weights_are_refused(saved):
    path = saved / "weights.npz"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match="damaged"):
        load_model(saved)


def test_foreign_weights_are_refused(saved):
    np.savez(saved / "weights.npz", **{"000": np.ones((3, 3), np.float32)})
    with pytest.raises(InputError, match="damaged"):
        load_model(saved)


def test_a_pickle_in_place_of_weights_is_not_read(saved):
    pd.Series([object]).to_pickle(saved / "weights.npz")
    with pytest.raises(InputError, match="damaged"):
        load_model(saved)


def test_intact_weights_that_do_not_fit_their_recipe_are_refused(saved):
    with pytest.raises(InputError, match="weights"):
        Sampler(load_model(saved)).clips([0], None)


@pytest.fixture
def full_disk():
    """Limits the size of a file to 20 kB, so that writing fails with an OSError as on a full disk."""
    import signal

    handler, limit = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limit[1]))

    yield fill
    resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_leaves_earlier_checkpoints_intact(tmp_path, full_disk):
    checkpoint.save(tmp_path, 1, {"weights": np.ones(10_000, np.float32)}, keep=1)
    full_disk()
    with pytest.raises(InputError, match=r"step 2 could not be saved .*Free some space"):
        checkpoint.save(tmp_path, 2, {"weights": np.ones(10_000, np.float32)}, keep=1)
    assert [path.name for path in tmp_path.iterdir()] == ["step-00000001"]
    assert checkpoint.latest(tmp_path)[0] == 1


def test_a_full_disk_leaves_the_earlier_model_intact(saved, full_disk):
    before = load_model(saved).digest
    full_disk()
    with pytest.raises(InputError, match=r"could not be written .*unchanged\. .*free some space"):
        save_model(
            saved, Model({"rate_hz": 1, "samples": 2, "seed": 0, "steps": 9, "recipe": {}}, load_model(saved).weights)
        )
    assert load_model(saved).digest == before
    assert [path.name for path in saved.parent.glob("*.partial")] == []
