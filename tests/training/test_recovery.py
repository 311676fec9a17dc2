"""Failures provoked in real, small trainings, and what the training does about each."""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest

from tests.training import small
from tests.training.callbacks import Recorder
from tests.training.processes import output, start_process
from waveloom.config.errors import InputError
from waveloom.models.model import card
from waveloom.training.config import Failures
from waveloom.training.train import train

HUGE_RATES = {"objective": "hinge", "optimiser": {"generator_rate": 1e30, "discriminator_rate": 1e30}}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Sounds of the full band: generated sounds are limited to the band of the training clips, and hiss is wide."""
    return small.store(tmp_path_factory.mktemp("noisy") / "clips", noise=0.02)


def config(**policies):
    return replace(small.CONFIG, failures=Failures(**policies), roll_backs=2, roll_back_rate=1e-20)


def run(store, workspace, config, callbacks=None, **overrides):
    recipe = small.recipe(**overrides)
    return train(small.data(store), recipe, config, workspace, callbacks or Recorder())


def test_huge_learning_rates_are_rolled_back_until_training_works(store, tmp_path):
    recorder = Recorder()
    model, history = run(store, tmp_path, config(nan="roll_back"), recorder, **HUGE_RATES)
    assert history["step"].tolist() == list(range(1, 13))
    assert np.isfinite(history["discriminator_loss"]).all()
    (first, second) = model.spec["training"]["roll_backs"]  # 1e30 to 1e10 to 1e-10
    assert recorder.last_roll_back == (2, second)
    assert "back from step 1 to 0" in first or "back from step 2 to 0" in first
    assert "became" in first
    assert second in card(model)
    assert not list(tmp_path.glob("*/good"))


def test_after_the_last_roll_back_it_stops_with_an_error(store, tmp_path):
    with pytest.raises(InputError, match=r"cannot go on\. It was rolled back 2 times\. Lower"):
        run(store, tmp_path, replace(config(nan="roll_back"), roll_back_rate=1.0), **HUGE_RATES)


TINY_RATES = {"discriminator_rate": 1e-9, "generator_rate": 1e-9}  # nothing is learned, so that an early failure stays


def test_a_failure_at_each_validation_is_rolled_back_as_often_as_allowed_then_ends_it(store, tmp_path):
    recorder = Recorder()
    model, _ = run(store, tmp_path, config(hiss="roll_back"), recorder, optimiser=TINY_RATES)
    record = model.spec["training"]
    assert record["ended"] == "failure: hiss after 2 roll backs"
    assert [sentence[:26] for sentence in record["roll_backs"]] == ["Rolled back from step 4 to"] * 2
    assert [step for step, _ in recorder.steps] == [1, 2, 3, 4] * 3


@pytest.mark.parametrize(("policy", "steps"), [("warn", 12), ("ignore", 12), ("stop", 4)])
def test_the_other_policies_continue_or_stop(store, tmp_path, policy, steps):
    recorder = Recorder()
    model, _ = run(store, tmp_path, config(hiss=policy), recorder, optimiser=TINY_RATES)
    assert model.spec["training"]["steps"] == steps
    assert ("hiss" in recorder.last_failures) == (policy != "ignore")


def test_after_a_roll_back_noise_and_batches_are_others(store, tmp_path):
    recorder = Recorder()
    run(store, tmp_path, replace(config(hiss="roll_back"), roll_back_rate=1.0), recorder, optimiser=TINY_RATES)
    firsts = [losses["discriminator_loss"] for step, losses in recorder.steps if step == 1]
    assert len(set(firsts)) == 3


def test_killed_after_a_roll_back_it_ends_with_the_bits_of_an_uninterrupted_run(folder, tmp_path):
    uninterrupted = output(start_process("test_recovery", folder, tmp_path / "uninterrupted"))
    process, end = start_process("test_recovery", folder, tmp_path / "killed"), monotonic() + 90
    while not list(tmp_path.glob("killed/*/step-00000003")) and process.poll() is None and monotonic() < end:
        sleep(0.001)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert list(tmp_path.glob("killed/*/good"))
    assert output(start_process("test_recovery", folder, tmp_path / "killed")) == uninterrupted


@pytest.mark.parametrize("stop", [2, 6, 9, 11])  # of the reported steps, those that are undone included
def test_interrupted_anywhere_between_roll_backs_it_ends_with_the_same_bits(store, tmp_path, stop):
    class Interrupt(Recorder):
        def losses(self, step, losses):
            super().losses(step, losses)
            if len(self.steps) == stop:
                raise KeyboardInterrupt

    parameters = replace(config(hiss="roll_back"), roll_back_rate=0.5)
    uninterrupted = run(store, tmp_path / "uninterrupted", parameters)[0]
    with pytest.raises(KeyboardInterrupt):
        run(store, tmp_path / "cut", parameters, Interrupt())
    assert run(store, tmp_path / "cut", parameters)[0].digest == uninterrupted.digest


def main(folder, workspace):
    model, history = run(small.open_store(Path(folder)), Path(workspace), config(nan="roll_back"), None, **HUGE_RATES)
    print(model.digest, history.to_json())


if __name__ == "__main__":
    main(*sys.argv[1:])
