from dataclasses import replace

import numpy as np
import pytest

from tests.training import small
from waveloom.errors import InputError
from waveloom.training.task import task
from waveloom.training.validation import hold_out


@pytest.fixture
def store(tmp_path):
    return small.store(tmp_path / "clips")


def test_labels_are_indexed_by_name_and_only_the_training_split_is_learned(store):
    known = task(store, small.table(store), small.recipe(), small.RULES)
    assert known.names == ["high", "low"]
    assert [known.names[i] for i in known.labels] == store.index["label"].tolist()
    assert set(store.index["split"].iloc[known.rows]) == {"train"}
    assert known.classes == 2
    assert task(store, small.table(store), small.recipe(condition="none"), small.RULES).classes == 0


def test_the_table_is_put_in_the_order_of_the_clips(store):
    shuffled = small.table(store).sample(frac=1, random_state=0)
    known = task(store, shuffled, small.recipe(), small.RULES)
    assert known.table["clip_id"].tolist() == store.index["clip_id"].tolist()


def test_a_table_of_other_clips_is_refused(store):
    with pytest.raises(InputError, match="features stage again"):
        task(store, small.table(store).iloc[1:], small.recipe(), small.RULES)


def test_a_finite_difference_of_bfloat16_products_is_refused(store):
    estimated, exact = (small.recipe(critic={"penalty": {"kind": "r1", "difference": step}}) for step in (0.01, 0.0))
    mixed = replace(small.RULES, precision="mixed")
    with pytest.raises(InputError, match=r"difference is 0.01 and train.precision is 'mixed'.*mostly rounding"):
        task(store, small.table(store), estimated, mixed)
    task(store, small.table(store), estimated, small.RULES)
    task(store, small.table(store), exact, mixed)


def test_a_batch_larger_than_the_training_split_is_refused(store):
    with pytest.raises(InputError, match=r"batch_size is 64.*has 36 clips"):
        task(store, small.table(store), small.recipe(), replace(small.RULES, batch_size=64))


def test_a_label_without_training_clips_is_refused_by_name(store):
    store.index.loc[store.index["label"] == "high", "split"] = "test"
    with pytest.raises(InputError, match="'high' has no clip in the training split"):
        task(store, small.table(store), small.recipe(), replace(small.RULES, batch_size=4))


def test_validation_needs_held_out_clips(store):
    store.index["split"] = "train"
    known = task(store, small.table(store), small.recipe(), small.RULES)
    with pytest.raises(InputError, match=r"validation split has 0 clips.*validate_every to 0"):
        hold_out(known, small.RULES, small.FEATURES, small.scaler(store))


def test_the_held_out_clips_themselves_lie_nearest(store):
    known = task(store, small.table(store), small.recipe(), small.RULES)
    validation = hold_out(known, small.RULES, small.FEATURES, small.scaler(store))
    held = store.read(np.flatnonzero(store.index["split"] == "validation"))
    by_label = {label: held[known.labels[known.table["split"] == "validation"] == label] for label in (0, 1)}

    def real(noise, labels):
        seen = {0: iter(by_label[0]), 1: iter(by_label[1])}
        return np.stack([next(seen[int(label)]) for label in labels])

    _, near, wrong = validation.measure(real)
    draw = np.random.default_rng(0)
    clips, far, hiss = validation.measure(lambda noise, labels: draw.uniform(-1, 1, (len(noise), 256)))
    assert clips.shape == (8, 256)
    assert near < 0.2 * far
    assert wrong == {}
    assert "hiss" in hiss
