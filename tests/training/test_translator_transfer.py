from dataclasses import replace

import numpy as np
import pytest

from tests.training import small, small_translation
from waveloom.config.errors import InputError
from waveloom.models.files import save_model
from waveloom.models.locations import load_start_model
from waveloom.models.model import card
from waveloom.training.label_rows import relabelled
from waveloom.training.train import train

CONFIG = replace(small.CONFIG, validate_every=0, keep="last", steps=2, average=0.0)
EMBEDDINGS = ("generator/style/embeddings", "discriminator/style/embeddings")


@pytest.fixture
def store(tmp_path, monkeypatch):
    small_translation.add_plugins(monkeypatch)
    return small_translation.store(tmp_path / "clips")


def translator(store, folder, model=None, **parameters):
    config = replace(CONFIG, start_from="elsewhere" if model else "", **parameters)
    return train(small.data(store), small_translation.recipe("unpaired"), config, folder, start_model=model)[0]


def row(model, domain):
    return model.weights["style/embeddings"][model.spec["labels"].index(domain)]


def test_a_domain_of_equal_name_keeps_its_embedding_and_others_are_new(store, tmp_path):
    start = translator(store, tmp_path / "first", seed=5)
    store.index["domain"] = store.index["domain"].replace({"plain": "zither"})
    assert translator(store, tmp_path / "fresh").spec["labels"] == ["rich", "zither"]  # rich was the second before
    model = translator(store, tmp_path / "second", start, loaded_rate=1e-6)
    np.testing.assert_allclose(row(model, "rich"), row(start, "rich"), atol=1e-2)
    assert not np.allclose(row(model, "zither"), row(start, "plain"), atol=1e-2)
    assert "the start has no label zither" in model.spec["start"]["not_loaded"]["generator/style/embeddings"]


def test_labels_in_another_order_or_number_keep_their_rows():
    stored = {"a/embeddings": np.array([[1.0], [2.0]]), "other": np.zeros(3)}
    fresh = {"a/embeddings": np.array([[7.0], [8.0], [9.0]])}
    result, partly = relabelled(stored, fresh, {"a/embeddings"}, (["x", "y"], ["new", "y", "x"]))
    np.testing.assert_array_equal(result["a/embeddings"], [[7], [2], [1]])
    assert partly == {"a/embeddings": "the start has no label new; rows of the others were loaded"}
    same, none = relabelled(stored, {"a/embeddings": np.zeros((2, 1))}, {"a/embeddings"}, (["x", "y"], ["y", "x"]))
    np.testing.assert_array_equal(same["a/embeddings"], [[2], [1]])
    assert none == {}


def test_an_embedding_of_another_width_is_not_changed():
    stored = {"a": np.zeros((2, 5))}
    result, partly = relabelled(stored, {"a": np.zeros((2, 3))}, {"a"}, (["x", "y"], ["x", "y"]))
    assert result["a"] is stored["a"]
    assert partly == {}


def test_a_translator_starts_from_no_generator(store, tmp_path):
    generator = train(small.data(store), small.recipe(), CONFIG, tmp_path / "generator")[0]
    with pytest.raises(InputError, match="a model for generation, but the recipe is for translation"):
        translator(store, tmp_path / "second", generator)


def test_a_translator_on_disk_can_be_a_start_and_its_card_says_what_it_does(store, tmp_path):
    model = translator(store, tmp_path / "work")
    save_model(tmp_path / "saved", model)
    assert load_start_model(str(tmp_path / "saved"), tmp_path).digest == model.digest
    text = card(model)
    assert "\n# Waveloom translator" in text
    assert "between the domains plain, rich" in text
    assert "A translation is derived from its source" in text
