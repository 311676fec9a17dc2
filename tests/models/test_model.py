import numpy as np
import pytest

from waveloom.config.errors import InputError
from waveloom.models.files import load_model, save_model
from waveloom.models.model import Model, card


@pytest.fixture
def model():
    spec = {
        "recipe": {"generator": "dense", "discriminator": "dense"},
        "rate_hz": 16000,
        "samples": 8,
        "labels": [],
        "seed": 0,
        "steps": 1,
    }
    return Model(spec, {"000": np.arange(6, dtype=np.float32).reshape(2, 3)})


def test_the_digest_depends_on_description_and_weights(model):
    other = Model(model.spec, {"000": model.weights["000"] + 1})
    assert len({model.digest, other.digest, Model({**model.spec, "seed": 1}, model.weights).digest}) == 3


def test_a_saved_model_comes_back_whole(model, tmp_path):
    save_model(tmp_path / "m", model)
    assert load_model(tmp_path / "m").digest == model.digest


def test_the_same_model_gives_the_same_bytes(model, tmp_path):
    for name in ("a", "b"):
        save_model(tmp_path / name, model)
    for file in ("weights.npz", "model.json", "README.md"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_a_changed_description_is_refused(model, tmp_path):
    save_model(tmp_path / "m", model)
    text = (tmp_path / "m/model.json").read_text()
    (tmp_path / "m/model.json").write_text(text.replace('"seed": 0', '"seed": 7'))
    with pytest.raises(InputError, match="damaged"):
        load_model(tmp_path / "m")


@pytest.mark.parametrize("found", ["", '"format": 1,', '"format": 3,'])
def test_a_model_of_another_format_is_refused_with_the_advice_to_train_again(model, tmp_path, found):
    save_model(tmp_path / "m", model)
    text = (tmp_path / "m/model.json").read_text()
    (tmp_path / "m/model.json").write_text(text.replace('"format": 2,', found))
    with pytest.raises(InputError, match=r"another version of Waveloom \(format .*; train again"):
        load_model(tmp_path / "m")


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"holds no model"):
        load_model(tmp_path)


def test_pickled_weights_are_never_loaded(model, tmp_path):
    save_model(tmp_path / "m", model)
    np.savez(tmp_path / "m/weights.npz", **{"000": np.array([{"a": 1}], dtype=object)})
    with pytest.raises(ValueError, match="allow_pickle"):
        load_model(tmp_path / "m")


def test_whole_numbers_are_remembered_and_are_no_parameters(model):
    assert model.parameters == 6
    assert Model(model.spec, {**model.weights, "001": np.arange(5, dtype=np.int32)}).parameters == 6


def test_the_card_says_that_training_sounds_and_their_descriptions_go_with_it(model):
    assert "training sounds" not in card(model)
    stored = {"stored_sounds": 1024, "descriptions": {"texts": ["Celesta", "Tubular Bells"], "places": [[0, 1]]}}
    assert "It stores 1,024 training sounds" in (page := card(Model({**model.spec, **stored}, model.weights)))
    assert "Its model.json has their descriptions: 2 texts." in page
