"""Failures made to happen in real, small trainings, and what the training does about each."""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest

from tests.training import small
from tests.training.processes import apart, printed
from tests.training.watching import Notebook
from waveloom.config.errors import InputError
from waveloom.models.model import card
from waveloom.training.config import Failures
from waveloom.training.train import train

WILD = {"objective": "hinge", "optimiser": {"generator_rate": 1e30, "discriminator_rate": 1e30}}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Sounds that fill the band: generated sounds are kept within it, and those of pure tones could not hiss."""
    return small.store(tmp_path_factory.mktemp("noisy") / "clips", noise=0.02)


def rules(**policies):
    return replace(small.RULES, failures=Failures(**policies), roll_backs=2, roll_back_rate=1e-20)


def run(store, workspace, rules, watch=None, **overrides):
    recipe = small.recipe(**overrides)
    return train(
        store, small.table(store), small.scaler(store), small.FEATURES, recipe, rules, workspace, watch or Notebook()
    )


def test_wild_rates_are_rolled_back_to_where_they_can_learn(store, tmp_path):
    notebook = Notebook()
    model, history = run(store, tmp_path, rules(nan="roll_back"), notebook, **WILD)
    assert history["step"].tolist() == list(range(1, 13))
    assert np.isfinite(history["discriminator_loss"]).all()
    (first, second) = model.spec["training"]["roll_backs"]  # 1e30 to 1e10 to 1e-10
    assert notebook.said == (2, second)
    assert "back from step 1 to 0" in first or "back from step 2 to 0" in first
    assert "became" in first
    assert second in card(model)
    assert not list(tmp_path.glob("*/good"))


def test_when_the_roll_backs_are_spent_it_stops_and_says_so(store, tmp_path):
    with pytest.raises(InputError, match=r"cannot go on\. It was rolled back 2 times\. Lower"):
        run(store, tmp_path, replace(rules(nan="roll_back"), roll_back_rate=1.0), **WILD)


QUIET = {"discriminator_rate": 1e-9, "generator_rate": 1e-9}  # nothing is learned, so an early fault stays


def test_a_failure_at_each_look_is_rolled_back_as_often_as_allowed_then_ends_it(store, tmp_path):
    notebook = Notebook()
    model, _ = run(store, tmp_path, rules(hiss="roll_back"), notebook, optimiser=QUIET)
    told = model.spec["training"]
    assert told["ended"] == "failure: hiss after 2 roll backs"
    assert [sentence[:26] for sentence in told["roll_backs"]] == ["Rolled back from step 4 to"] * 2
    assert [step for step, _ in notebook.steps] == [1, 2, 3, 4] * 3


@pytest.mark.parametrize(("policy", "steps"), [("warn", 12), ("ignore", 12), ("stop", 4)])
def test_the_other_policies_go_on_or_stop(store, tmp_path, policy, steps):
    notebook = Notebook()
    model, _ = run(store, tmp_path, rules(hiss=policy), notebook, optimiser=QUIET)
    assert model.spec["training"]["steps"] == steps
    assert ("hiss" in notebook.found) == (policy != "ignore")


def test_after_a_roll_back_neither_noise_nor_batches_are_those_that_led_there(store, tmp_path):
    notebook = Notebook()
    run(store, tmp_path, replace(rules(hiss="roll_back"), roll_back_rate=1.0), notebook, optimiser=QUIET)
    firsts = [losses["discriminator_loss"] for step, losses in notebook.steps if step == 1]
    assert len(set(firsts)) == 3


def test_killed_after_a_roll_back_it_ends_with_the_bits_of_an_uninterrupted_run(folder, tmp_path):
    whole = printed(apart("test_recovery", folder, tmp_path / "whole"))
    process, end = apart("test_recovery", folder, tmp_path / "killed"), monotonic() + 90
    while not list(tmp_path.glob("killed/*/step-00000003")) and process.poll() is None and monotonic() < end:
        sleep(0.001)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert list(tmp_path.glob("killed/*/good"))
    assert printed(apart("test_recovery", folder, tmp_path / "killed")) == whole


@pytest.mark.parametrize("stop", [2, 6, 9, 11])  # of the steps told, those that are undone among them
def test_interrupted_anywhere_between_roll_backs_it_ends_with_the_same_bits(store, tmp_path, stop):
    class Interrupt(Notebook):
        def losses(self, step, losses):
            super().losses(step, losses)
            if len(self.steps) == stop:
                raise KeyboardInterrupt

    given = replace(rules(hiss="roll_back"), roll_back_rate=0.5)
    whole = run(store, tmp_path / "whole", given)[0]
    with pytest.raises(KeyboardInterrupt):
        run(store, tmp_path / "cut", given, Interrupt())
    assert run(store, tmp_path / "cut", given)[0].digest == whole.digest


def main(folder, workspace):
    model, history = run(small.open_store(Path(folder)), Path(workspace), rules(nan="roll_back"), None, **WILD)
    print(model.digest, history.to_json())


if __name__ == "__main__":
    main(*sys.argv[1:])
