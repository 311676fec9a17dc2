import os
import signal
from dataclasses import replace
from io import StringIO
from time import monotonic, sleep

import numpy as np
import pandas as pd
import pytest

from tests.models.pairs import both
from tests.training import small
from tests.training.callbacks import Interrupt, Recorder, uninterrupted_and_resumed
from tests.training.processes import output, start_process
from waveloom.config.errors import InputError
from waveloom.generation.sampler import Sampler
from waveloom.training.callbacks import Callbacks
from waveloom.training.task import create_task
from waveloom.training.train import train
from waveloom.training.training_sounds import fingerprint_training_sounds


@pytest.fixture(scope="module")
def trained(store, tmp_path_factory):
    recorder, workspace = Recorder(), tmp_path_factory.mktemp("work")
    model, history = train(small.data(store), small.recipe(), small.CONFIG, workspace, recorder)
    return model, history, recorder, workspace


def digest_and_history(process):
    digest, history = output(process).split(maxsplit=1)
    return digest, pd.read_json(StringIO(history))


def test_the_history_has_a_row_a_step_and_a_distance_where_it_was_measured(trained):
    _, history, _, _ = trained
    assert history["step"].tolist() == list(range(1, 13))
    assert history["step"][history["validation_distance"].notna()].tolist() == [4, 8, 12]
    assert np.isfinite(history[["discriminator_loss", "generator_loss"]]).all(axis=None)


def test_callbacks_receive_every_step_every_preview_and_the_end(trained):
    _, history, recorder, _ = trained
    assert [step for step, _ in recorder.steps] == list(range(1, 13))
    assert recorder.steps[0][1] == {name: history[name][0] for name in ("discriminator_loss", "generator_loss")}
    assert recorder.steps_at_end == 12
    assert [preview[:3] for preview in recorder.previews] == [(step, (8, 256), 4000) for step in (4, 8, 12)]


def test_the_model_describes_itself_and_its_data(trained, store):
    model, history, _, _ = trained
    assert model.spec["labels"] == ["high", "low"]
    assert (model.spec["rate_hz"], model.spec["samples"]) == (4000, 256)
    assert model.spec["steps"] == history.set_index("step")["validation_distance"].idxmin()
    assert model.spec["validation_distance"] == history["validation_distance"].min()
    assert model.spec["training"]["steps"] == 12
    assert model.spec["training"]["clips_shown"] == 12 * 8
    assert model.spec["training"]["ended"] == "train.steps reached"
    assert 880 < model.spec["bandwidth_hz"] < 1000  # the highest tone has 876 Hz
    assert model.spec["data"] == {
        "clips": store.digest,
        "count": 36,
        "labels": {"high": 12, "low": 24},
        "licences": {"CC0-1.0": 36},
    }
    assert all(weight.dtype == np.float32 for weight in model.weights.values())


def test_only_the_last_checkpoints_stay(trained):
    *_, workspace = trained
    (left,) = workspace.iterdir()
    assert sorted(path.name for path in left.iterdir()) == ["step-00000009", "step-00000012"]


def test_a_finished_training_run_again_gives_the_same_result_without_a_step(trained, store):
    model, history, _, workspace = trained
    recorder = Recorder()
    again, same_history = train(small.data(store), small.recipe(), small.CONFIG, workspace, recorder)
    assert again.digest == model.digest
    pd.testing.assert_frame_equal(same_history, history)
    assert recorder.steps == []


@pytest.fixture(scope="module")
def uninterrupted(folder, tmp_path_factory):
    return digest_and_history(start_process("small", folder, tmp_path_factory.mktemp("uninterrupted")))


def test_another_process_ends_with_the_same_bits(uninterrupted, folder, tmp_path):
    digest, history = digest_and_history(start_process("small", folder, tmp_path))
    assert digest == uninterrupted[0]
    pd.testing.assert_frame_equal(history, uninterrupted[1])


def test_killed_and_run_again_it_ends_with_the_bits_of_an_uninterrupted_run(uninterrupted, folder, tmp_path):
    process, end = start_process("small", folder, tmp_path), monotonic() + 90
    while not list(tmp_path.glob("*/step-00000003")) and process.poll() is None and monotonic() < end:
        sleep(0.001)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert list(tmp_path.glob("*/step-*"))
    digest, history = digest_and_history(start_process("small", folder, tmp_path))
    assert digest == uninterrupted[0]
    pd.testing.assert_frame_equal(history, uninterrupted[1])


@pytest.mark.parametrize("stop", [1, 3, 7])
def test_interrupted_it_resumes_from_the_last_checkpoint(trained, store, tmp_path, stop):
    arguments = (small.data(store), small.recipe(), small.CONFIG, tmp_path)
    with pytest.raises(KeyboardInterrupt):
        train(*arguments, Interrupt(stop))
    recorder = Recorder()
    model, history = train(*arguments, recorder)
    assert recorder.steps[0][0] == stop // 3 * 3 + 1
    assert model.digest == trained[0].digest
    pd.testing.assert_frame_equal(history, trained[1])


def test_another_seed_gives_another_generator(trained, store, tmp_path):
    config = replace(small.CONFIG, seed=1)
    model, _ = train(small.data(store), small.recipe(), config, tmp_path)
    assert model.digest != trained[0].digest


def test_it_trains_without_average_and_validation(store, tmp_path):
    config = replace(small.CONFIG, average=0.0, validate_every=0)
    model, history = train(small.data(store), small.recipe(condition="none"), config, tmp_path)
    assert model.spec["validation_distance"] == "not measured"
    assert model.spec["labels"] == []
    assert history["validation_distance"].isna().all()


def test_losses_that_are_not_finite_stop_it_with_one_clear_error(store, tmp_path):
    wild = small.recipe(objective="hinge", optimiser={"generator_rate": 1e30, "discriminator_rate": 1e30})
    with pytest.raises(InputError, match=r"became (nan|inf|-inf) at step \d+.*Lower"):
        train(small.data(store), wild, small.CONFIG, tmp_path)


def test_a_wasserstein_game_with_random_layers_and_penalty_resumes_to_the_same_bits(store, tmp_path):
    options = both("wavegan", channels=2, kernel=5, quarterings=2)
    discriminator = {"updates": 2, "penalty": {"kind": "wgan_gp", "every": 2}}
    wgan = small.recipe(
        generator="wavegan",
        discriminator="wavegan",
        objective="wasserstein",
        discriminator_training=discriminator,
        options=options,
    )
    arguments = (small.data(store), wgan, small.CONFIG)

    (whole, _), (again, _) = uninterrupted_and_resumed(arguments, tmp_path)
    assert again.digest == whole.digest


@pytest.mark.parametrize(
    "overrides",
    [
        {
            "discriminator_training": {
                "head": "acgan",
                "minibatch_stddev": True,
                "feature_matching": 0.1,
                "updates": 2,
            },
            "augment": {"kinds": ["shift", "gain", "cutout"], "probability": "adaptive", "span": 100, "target": -0.9},
        },
        {"label_as": "one_hot", "objective": "hinge", "discriminator_training": {"spectral_norm": True}},
    ],
    ids=["adaptive", "spectral"],
)
def test_with_every_option_it_resumes_to_the_same_bits_and_generates(store, tmp_path, overrides):
    arguments = (small.data(store), small.recipe(**overrides), small.CONFIG)

    (whole, history), (again, same_history) = uninterrupted_and_resumed(arguments, tmp_path)
    assert again.digest == whole.digest
    pd.testing.assert_frame_equal(same_history, history)
    assert Sampler(whole).clips([1, 2], ["high", "low"]).shape == (2, small.SAMPLES)
    if "augment" in overrides:
        raised = history["augment_probability"]
        assert raised.iloc[-1] > 0
        assert raised.between(0, 1).all()


def test_networks_that_store_training_clips_resume_to_the_same_bits(store, tmp_path):
    loom = {"stored": {"sounds": 32, "neighbours": 1, "knots": [1, 1]}, "refinement": {"width": 8, "style": 8}}
    options = {
        "generators": {"loom": loom},
        "discriminators": {"residual": {"width": 8, "style": 8}},
        "representations": {"spectrogram": {"n_fft": 32, "hop": 16}},
    }
    recipe = small.recipe(
        noise=8,
        generator="loom",
        discriminator="residual",
        representation="spectrogram",
        objective="hinge",
        options=options,
    )
    arguments = (small.data(store), recipe, small.CONFIG)

    (whole, history), (again, _) = uninterrupted_and_resumed(arguments, tmp_path)
    assert again.digest == whole.digest
    assert history.dropna()["step"].tolist() == [1, 4, 8, 12]  # also after the first step
    loudest = np.abs(Sampler(whole).clips(range(20), ["high", "low"] * 10)).max(axis=1)
    assert loudest.min() > 0.1  # twelve steps of any other networks give silence or hiss


@pytest.mark.parametrize("described", ["of some", "of none", "before descriptions"])
def test_a_model_stores_the_descriptions_of_its_stored_sounds_if_there_are_any(described, tmp_path):
    store = small.store(tmp_path / "clips")
    if described != "before descriptions":
        rows = range(len(store))
        store.index["description"] = [f"{r // 10} and more" if r % 2 and described == "of some" else "" for r in rows]
    loom = {"stored": {"sounds": 100, "neighbours": 1, "knots": [1, 1]}, "refinement": {"width": 4, "style": 4}}
    options = {
        "generators": {"loom": loom},
        "discriminators": {"residual": {"width": 4, "style": 4}},
        "representations": {"spectrogram": {"n_fft": 32, "hop": 16}},
    }
    recipe = small.recipe(
        noise=8, generator="loom", discriminator="residual", representation="spectrogram", options=options
    )
    config = replace(small.CONFIG, steps=1)
    model, _ = train(small.data(store), recipe, config, tmp_path / "work")
    if described != "of some":
        assert "descriptions" not in model.spec
        return
    texts, places = model.spec["descriptions"].values()
    assert texts == ["", *(f"{n} and more" for n in range(5))]
    task = create_task(store, small.table(store), recipe, config)
    shown = np.rint((task.encode(store.read(task.rows)) + 1) * 127.5).reshape(len(task.rows), -1)
    held = model.weights["stored_spectrograms/sounds"].view(np.uint8)
    for label, numbers in enumerate(places):
        for held_there, number in zip(held[50 * label :], numbers, strict=False):
            row = task.rows[np.abs(shown - held_there).sum(axis=1).argmin()]
            assert (store.index["label"][row], store.index["description"][row]) == (
                task.label_names[label],
                texts[number],
            )
    assert [len(numbers) for numbers in places] == [12, 24]


def test_a_classifying_discriminator_needs_more_than_one_label(tmp_path):
    store = small.store(tmp_path / "clips")
    store.index["label"] = "high"
    named = small.recipe(discriminator_training={"head": "acgan"})
    with pytest.raises(InputError, match="the clips have one label, 'high', so there is nothing to classify"):
        train(small.data(store), named, small.CONFIG, tmp_path)


def test_copies_of_stored_training_clips_are_detected_first(store, monkeypatch):
    monkeypatch.setattr("waveloom.training.training_sounds.MAX_TRAINING_SOUNDS", 6)
    task = create_task(store, small.table(store), small.recipe(), small.CONFIG)
    stored = np.array([30, 2, 17])
    learned = fingerprint_training_sounds(task, stored, seed=0)
    assert len(learned.levels) == 6
    alike = replace(learned, copy_threshold=0.999)
    assert alike.are_copies(store.read(task.rows[stored])).all()
    assert len(fingerprint_training_sounds(task, np.empty(0, np.intp), seed=0).levels) == 6
    every = np.arange(len(task.rows))  # label after label, as networks store them: some of each are fingerprinted
    some = replace(fingerprint_training_sounds(task, every, seed=0), copy_threshold=0.999)
    for half in np.array_split(every, 2):
        assert some.are_copies(store.read(task.rows[half])).any()


class StartAgain(Callbacks):
    """Starts the same training again while it runs."""

    def __init__(self, arguments):
        self.arguments = arguments

    def losses(self, step, losses):
        with pytest.raises(InputError, match=rf"process {os.getpid()} runs this same training"):
            train(*self.arguments)


def test_the_same_training_does_not_run_twice_at_once(store, tmp_path):
    config = replace(small.CONFIG, steps=1)
    arguments = (small.data(store), small.recipe(), config, tmp_path)
    train(*arguments, StartAgain(arguments))
    (folder,) = tmp_path.iterdir()
    assert {path.name for path in folder.iterdir()} == {"step-00000001"}
