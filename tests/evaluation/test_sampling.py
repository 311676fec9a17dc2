import subprocess
import sys

import keras
import numpy as np
import pytest

from waveloom.errors import InputError
from waveloom.evaluation.sampling import generate
from waveloom.model import Model
from waveloom.networks import dense

RECIPE = {
    "representation": "waveform",
    "networks": "dense",
    "objective": "bce",
    "noise": 4,
    "options": {"dense": {"generator_widths": [16], "critic_widths": [4]}},
}


def model(labels=()):
    keras.utils.set_random_seed(5)
    config = dense.Config(**RECIPE["options"]["dense"])
    generator = dense.build(config, (64,), 4, len(labels)).generator
    weights = {f"{i:03d}": np.array(weight) for i, weight in enumerate(generator.weights)}
    recipe = {**RECIPE, "condition": "label" if labels else "none"}
    return Model({"recipe": recipe, "rate_hz": 8000, "samples": 64, "labels": list(labels)}, weights)


def test_clips_have_the_models_length_and_stay_within_one():
    clips = generate(model(), 5, seed=0)
    assert clips.shape == (5, 64)
    assert clips.dtype == np.float32
    assert 0 < np.abs(clips).max() <= 1


def test_a_sample_does_not_depend_on_how_many_are_asked_for():
    many = generate(model(), 70, seed=3)
    np.testing.assert_array_equal(many[:33], generate(model(), 33, seed=3))
    assert len({clip.tobytes() for clip in many}) == 70


def test_another_seed_gives_other_sounds():
    assert not np.array_equal(generate(model(), 3, seed=1), generate(model(), 3, seed=2))


def test_without_wishes_each_label_is_taken_in_turn():
    labelled = model(["drum", "flute"])
    asked = generate(labelled, 4, seed=0, labels=np.array([0, 1, 0, 1]))
    np.testing.assert_array_equal(generate(labelled, 4, seed=0), asked)
    assert not np.array_equal(asked[:1], generate(labelled, 1, seed=0, labels=np.array([1])))


def test_none_asked_is_none_made():
    assert generate(model(), 0, seed=0).shape == (0, 64)


@pytest.mark.parametrize("labels", [[0, 2], [0], [-1, 0]])
def test_labels_that_do_not_fit_are_refused_with_the_range(labels):
    with pytest.raises(InputError, match=r"from 0 to 1: drum, flute"):
        generate(model(["drum", "flute"]), 2, seed=0, labels=np.array(labels))


def test_an_unconditioned_model_takes_no_labels():
    with pytest.raises(InputError, match="without labels"):
        generate(model(), 2, seed=0, labels=np.array([0, 0]))


def test_weights_that_do_not_fit_the_recipe_are_refused():
    damaged = model()
    damaged.weights["000"] = damaged.weights["000"][:, :-1]
    with pytest.raises(InputError, match="do not fit"):
        generate(damaged, 1, seed=0)


def test_importing_it_and_the_knobs_of_training_costs_no_tensorflow():
    modules = [f"waveloom.{name}" for name in ("evaluation.sampling", "training.rules", "training.fingerprint")]
    code = f"import sys, {', '.join(modules)}; print({{'tensorflow', 'keras'}} & {{*sys.modules}})"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
