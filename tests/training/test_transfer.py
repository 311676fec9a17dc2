import logging
from dataclasses import replace

import numpy as np
import pytest

from tests.models.pairs import both
from tests.training import small
from waveloom.config.errors import InputError
from waveloom.models.model import Model, card
from waveloom.training.train import train

CONFIG = replace(small.CONFIG, validate_every=0, keep="last", steps=3, average=0.0)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return small.store(tmp_path_factory.mktemp("store") / "clips")


@pytest.fixture(scope="module")
def train_model(store, tmp_path_factory):
    def train_model(model=None, recipe=None, **parameters):
        arguments = (small.data(store), recipe or small.recipe())
        config = replace(CONFIG, start_from="elsewhere" if model else "", **parameters)
        return train(*arguments, config, tmp_path_factory.mktemp("work"), start_model=model)[0]

    return train_model


@pytest.fixture(scope="module")
def start(train_model):
    return train_model(seed=5)


def weights(model):
    roles = {"generator": model.weights, "discriminator": model.discriminator}
    return {f"{role}/{name}": weight for role, found in roles.items() for name, weight in found.items()}


def unchanged(one, other):
    return {name for name, weight in weights(one).items() if np.array_equal(weight, weights(other)[name])}


def largest_changes(one, other):
    return {name: float(np.abs(w - weights(other)[name]).max()) for name, w in weights(one).items()}


def test_a_model_holds_generator_and_discriminator_by_name(start):
    assert weights(start).keys() == {
        "generator/label_embedding/embeddings",
        *(f"generator/{layer}/{part}" for layer in ("dense_0", "output") for part in ("kernel", "bias")),
        *(f"discriminator/{layer}/{part}" for layer in ("dense_0", "logits") for part in ("kernel", "bias")),
        "discriminator/label_embedding/embeddings",
    }


def test_weights_that_fit_are_loaded_and_trained_on(start, train_model):
    model = train_model(start, freeze=("*",))
    assert model.spec["start"]["loaded"] == 10
    assert unchanged(model, start) == weights(start).keys()
    assert not unchanged(train_model(start), start)


def test_frozen_weights_stay_and_the_others_change(start, train_model):
    model = train_model(start, freeze=("discriminator/dense_0/*", "generator/label_*"))
    frozen = {"discriminator/dense_0/kernel", "discriminator/dense_0/bias", "generator/label_embedding/embeddings"}
    assert unchanged(model, start) == frozen == set(model.spec["start"]["frozen"])


def test_running_statistics_of_a_frozen_layer_stay_too(train_model):
    options = {"representations": {"spectrogram": {"n_fft": 32, "hop": 16}}, **both("dcgan", channels=2, halvings=2)}
    recipe = small.recipe(representation="spectrogram", generator="dcgan", discriminator="dcgan", options=options)
    first = train_model(recipe=recipe)
    model = train_model(first, recipe=recipe, freeze=("generator/up_0_norm/*",))
    means = [name for name in weights(model) if name.endswith("moving_mean")]
    assert [name in unchanged(model, first) for name in means] == [True, False]


def test_loaded_weights_are_trained_at_their_own_rate(start, train_model):
    """One Adam step moves every weight by about the rate, whatever its gradient."""
    fast, slow = (largest_changes(train_model(start, steps=1, loaded_rate=share), start) for share in (1.0, 0.1))
    for name in fast:
        assert slow[name] == pytest.approx(0.1 * fast[name], rel=0.05), name


def test_stored_sounds_are_not_loaded_but_stored_anew(train_model):
    options = {
        "representations": {"spectrogram": {"n_fft": 32, "hop": 16}},
        "generators": {
            "loom": {"stored": {"sounds": 16, "neighbours": 1, "knots": [1, 1]}, "refinement": {"width": 4, "style": 4}}
        },
        "discriminators": {"residual": {"width": 4, "style": 4}},
    }
    recipe = small.recipe(
        noise=8, representation="spectrogram", generator="loom", discriminator="residual", options=options
    )
    first = train_model(recipe=recipe)
    model = train_model(first, recipe=recipe, seed=3, freeze=("*",))
    names = ("sounds", "neighbours", "pitch_steps", "lengths", "counts")
    stored = {f"generator/stored_spectrograms/{name}" for name in names}
    assert stored < weights(model).keys()
    assert model.spec["start"]["loaded"] == len(weights(model)) - len(stored)
    assert model.spec["stored_sounds"] == 16
    assert "generator/stored_spectrograms/sounds" not in unchanged(model, first)  # another seed chooses other sounds


def test_with_another_number_of_labels_the_other_weights_are_loaded(start, train_model, caplog):
    more = Model({**start.spec, "labels": ["a", "b", "c"]}, dict(start.weights), dict(start.discriminator))
    more.weights["label_embedding/embeddings"] = np.zeros((3, 4), np.float32)
    with caplog.at_level(logging.INFO, "waveloom"):
        model = train_model(more)
    assert model.spec["start"]["not_loaded"] == {
        "generator/label_embedding/embeddings": "its shape is (3, 4) there, (2, 4) here"
    }
    assert (
        "Not loaded: generator/label_embedding/embeddings; its shape is (3, 4) there, (2, 4) here." in caplog.messages
    )
    assert any("labels: ['a', 'b', 'c'] there, ['high', 'low'] here" in message for message in caplog.messages)


def test_a_model_without_its_discriminator_starts_a_generator(start, train_model):
    alone = Model(start.spec, start.weights)
    model = train_model(alone)
    assert model.spec["start"]["loaded"] == 5
    assert set(model.spec["start"]["not_loaded"].values()) == {"the start has none of this name"}


def test_the_card_names_the_start_models_and_their_data(start, train_model):
    child = train_model(start, seed=6)
    grandchild = train_model(child)
    assert grandchild.spec["start"]["model"] == child.digest
    assert grandchild.spec["start"]["start"]["model"] == start.digest
    page = card(grandchild)
    assert page.count("## Started from generator") == 2
    assert page.count('- licences: {"CC0-1.0": 36}') == 3


def test_another_start_is_another_training(start, train_model):
    assert train_model(start).digest != train_model(train_model(seed=6)).digest


@pytest.mark.parametrize(
    ("pattern", "message"),
    [("discriminator/cnov_*", "matches no weight"), ("generator/label_*", "were not loaded")],
)
def test_a_pattern_that_freezes_nothing_is_refused(start, train_model, pattern, message):
    others = {name: weight for name, weight in start.weights.items() if not name.startswith("label")}
    strange = Model(start.spec, others, start.discriminator)
    with pytest.raises(InputError, match=message):
        train_model(strange, freeze=(pattern,))


@pytest.mark.parametrize("parameters", [{"freeze": ("*",)}, {"loaded_rate": 0.5}])
def test_parameters_without_effect_are_refused(train_model, parameters):
    with pytest.raises(InputError, match=r"start_from is empty"):
        train_model(**parameters)


def test_a_model_of_other_networks_is_refused(start, train_model):
    with pytest.raises(InputError, match=r"None of the weights .* fits"):
        train_model(Model(start.spec, {f"other_{name}": weight for name, weight in start.weights.items()}))


def test_a_classifier_is_refused(train_model):
    with pytest.raises(InputError, match="not a generator"):
        train_model(Model({"labels": []}, {"a": np.zeros(1)}))
