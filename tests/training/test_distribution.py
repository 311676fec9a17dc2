"""Trainings run in separate processes, because TensorFlow fixes its devices and its cluster at the start."""

import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from keras.layers import BatchNormalization

from tests.models.pairs import both
from tests.training import small
from tests.training.machines import addresses
from waveloom.config.errors import InputError
from waveloom.models.layers import minibatch_stddev
from waveloom.training import config
from waveloom.training.cluster import Machine
from waveloom.training.distribution import Distributed, check_batch_size, machine_rows, packed, unpacked
from waveloom.training.strategy import SingleDevice
from waveloom.training.task import create_task
from waveloom.training.train import create_game

ROOT = Path(__file__).parents[2]
SECONDS = 600  # timeout; a test takes about ten on an idle machine
PLAIN = {
    "options": {"generators": {"dense": {"widths": [8]}}, "discriminators": {"dense": {"widths": [8], "dropout": 0.0}}}
}
SPECTRA = {"representation": "spectrogram", "options": {"representations": {"spectrogram": {"n_fft": 32, "hop": 16}}}}
GAMES = {
    "plain": PLAIN,
    "labels, a penalty and several discriminator updates": {
        **PLAIN,
        "objective": "wasserstein",
        "discriminator_training": {"updates": 2, "penalty": {"kind": "wgan_gp", "every": 2}},
    },
    "adaptive augmentation, feature matching, spectral normalisation": {
        **PLAIN,
        "objective": "hinge",
        "augment": {"kinds": ["shift", "gain"], "probability": "adaptive", "span": 64},
        "discriminator_training": {"feature_matching": 0.5, "spectral_norm": True},
    },
    "batch normalisation": SPECTRA
    | {
        "generator": "dcgan",
        "discriminator": "dcgan",
        "options": {**SPECTRA["options"], **both("dcgan", channels=2, halvings=2)},
    },
    "batch normalisation in a network within a network": SPECTRA
    | {
        "generator": "dcgan",
        "discriminator": "dcgan",
        "label_as": "one_hot",
        "options": {**SPECTRA["options"], **both("dcgan", channels=2, halvings=2)},
    },
}


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store") / "clips"
    small.store(folder)
    return folder


@contextmanager
def training_process(clips, workspace, overrides, environment=None, **parameters):
    command = [sys.executable, "-m", "tests.training.cluster_process", str(clips), str(workspace)]
    process = subprocess.Popen(
        [*command, json.dumps(overrides), json.dumps(parameters)],
        cwd=ROOT,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2", **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def result(process):
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    return json.loads(out)


def train_alone(clips, workspace, game, **parameters):
    with training_process(clips, workspace, game, **parameters) as process:
        return result(process)


@contextmanager
def cluster(clips, workspaces, game, **parameters):
    """One process per workspace, the first is the chief."""
    workers = addresses(len(workspaces))
    with ExitStack() as running:
        yield [
            running.enter_context(
                training_process(
                    clips,
                    workspace,
                    game,
                    {"TF_CONFIG": json.dumps({"cluster": {"worker": workers}, "task": {"type": "worker", "index": i}})},
                    distribution="cluster",
                    **parameters,
                )
            )
            for i, workspace in enumerate(workspaces)
        ]


def losses(result):
    return np.array([[row["discriminator_loss"], row["generator_loss"]] for row in result["history"]])


def assert_close(one, other):
    np.testing.assert_allclose(losses(one), losses(other), rtol=0, atol=1e-5)
    for name, weight in one["weights"].items():
        np.testing.assert_allclose(weight, other["weights"][name], rtol=0, atol=1e-3, err_msg=name)


def test_machines_share_each_batch_of_every_update():
    rows = np.arange(24)  # two updates of twelve
    halves = [machine_rows(rows, 2, Machine(2, number)).tolist() for number in (0, 1)]
    assert halves == [[0, 1, 2, 3, 4, 5, 12, 13, 14, 15, 16, 17], [6, 7, 8, 9, 10, 11, 18, 19, 20, 21, 22, 23]]


def test_on_a_single_device_everything_is_returned_unchanged():
    strategy = SingleDevice()
    state = {"a": np.array([-0.0, np.nan], np.float32), "b": np.array(3, np.int64)}
    assert strategy.is_chief
    assert strategy.broadcast_number(7) == 7
    np.testing.assert_array_equal(strategy.rows(np.arange(6), 3), np.arange(6))
    for name, value in strategy.broadcast(state).items():
        np.testing.assert_array_equal(value, state[name])


def test_packed_arrays_are_unpacked_to_the_same_bits():
    state = {
        "scalar": np.array(-3, np.int64),
        "turned": np.arange(6, dtype=np.float32).reshape(2, 3).T,
        "odd": np.array([-0.0, np.nan, np.inf], np.float32),
        "seeds": np.array([2**32 - 1, 0], np.uint32),
    }
    for name, value in unpacked(packed(state), state).items():
        assert (value.dtype, value.shape) == (state[name].dtype, state[name].shape)
        assert value.tobytes() == state[name].tobytes()


@pytest.mark.parametrize("label_as", ["embedding", "one_hot"])
def test_batch_normalisation_is_synchronised_at_any_depth(clips, label_as):
    tree = {**GAMES["batch normalisation"], "label_as": label_as}
    store = small.open_store(clips)
    task = create_task(store, small.table(store), small.recipe(**tree), small.CONFIG)
    strategy = Distributed(tf.distribute.MirroredStrategy(["/cpu:0"]))
    game, _ = create_game(task, small.CONFIG, None, strategy)
    layers = [layer for layer in game.generator._flatten_layers() if isinstance(layer, BatchNormalization)]
    assert [layer.synchronized for layer in layers] == [False, False]
    strategy.replicated_step(game)
    assert [layer.synchronized for layer in layers] == [True, True]


@pytest.mark.parametrize(("batch_size", "replicas"), [(8, 3), (12, 2), (4, 2), (36, 8)])
def test_a_batch_that_replicas_cannot_share_in_groups_of_four_is_refused(batch_size, replicas):
    with pytest.raises(InputError, match=f"train.batch_size is {batch_size}.*choose a multiple of {4 * replicas}"):
        check_batch_size(batch_size, replicas)
    check_batch_size(4 * replicas, replicas)


@pytest.mark.slow
@pytest.mark.parametrize("game", GAMES)
def test_two_devices_have_the_losses_of_one(clips, tmp_path, game):
    one = train_alone(clips, tmp_path / "one", GAMES[game], validate_every=0)
    two = train_alone(clips, tmp_path / "two", GAMES[game], validate_every=0, distribution="local", devices=2)
    assert_close(one, two)


@pytest.mark.slow
def test_replicas_that_cannot_share_a_batch_evenly_are_refused(clips, tmp_path):
    with training_process(clips, tmp_path, PLAIN, distribution="local", devices=3) as process:
        _, errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert "train.batch_size is 8, which 3 replicas cannot share evenly" in errors


@pytest.mark.slow
def test_two_machines_have_the_losses_of_one_and_the_chief_alone_writes(clips, tmp_path):
    one = train_alone(clips, tmp_path / "one", PLAIN)
    with cluster(clips, [tmp_path / "chief", tmp_path / "worker"], PLAIN) as machines:
        chief, worker = (result(machine) for machine in machines)
    assert_close(one, chief)
    np.testing.assert_array_equal(losses(chief), losses(worker))
    assert [row["validation_distance"] is None for row in chief["history"]] == [row % 4 != 0 for row in range(1, 13)]
    assert len(list((tmp_path / "chief").glob("*/step-*"))) == 2
    assert not (tmp_path / "worker").exists()


@pytest.mark.slow
def test_machines_with_other_parameters_are_refused(clips, tmp_path):
    workers = addresses(2)
    with ExitStack() as running:
        machines = [
            running.enter_context(
                training_process(
                    clips,
                    tmp_path / str(i),
                    PLAIN,
                    {"TF_CONFIG": json.dumps({"cluster": {"worker": workers}, "task": {"type": "worker", "index": i}})},
                    distribution="cluster",
                    seed=i,
                )
            )
            for i in (0, 1)
        ]
        errors = [machine.communicate(timeout=SECONDS)[1] for machine in machines]
    assert [machine.returncode for machine in machines] == [1, 1]
    assert "Machine 1 would train on other clips, features, parameters" in errors[1]
    assert "Machine 0 of 2 lost another" in errors[0]


@pytest.mark.slow
@pytest.mark.parametrize("killed", [0, 1])
def test_a_killed_machine_ends_the_other_and_both_resume_when_started_again(clips, tmp_path, killed):
    parameters = {"steps": 200, "validate_every": 50, "checkpoint_every": 20}
    with cluster(clips, [tmp_path / "whole", tmp_path / "other"], PLAIN, **parameters) as machines:
        whole = result(machines[0])
        result(machines[1])
    work = [tmp_path / "chief", tmp_path / "worker"]
    with cluster(clips, work, PLAIN, **parameters) as machines:
        assert any(line == "step 30\n" for line in machines[killed].stderr)
        os.kill(machines[killed].pid, signal.SIGKILL)
        _, errors = machines[1 - killed].communicate(timeout=SECONDS)
        assert machines[1 - killed].returncode == 1, errors
        assert f"Machine {1 - killed} of 2 lost another" in errors
    with cluster(clips, work, PLAIN, **parameters) as machines:
        chief, worker = (machine.communicate(timeout=SECONDS) for machine in machines)
        assert [machine.returncode for machine in machines] == [0, 0], chief[1] + worker[1]
    assert "Resuming after step" in chief[1]
    assert "Resuming after step" in worker[1]
    assert json.loads(chief[0]) == whole


def test_batches_consist_of_the_groups_that_discriminators_compare():
    assert config.GROUP == minibatch_stddev.GROUP
