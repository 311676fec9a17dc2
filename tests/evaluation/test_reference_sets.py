import numpy as np
import pandas as pd
import pytest

from waveloom.config.errors import InputError
from waveloom.evaluation.reference_sets import balanced_sample, choose_reference_sets, requested_labels


def make_index(**counts: int) -> pd.DataFrame:
    """`counts` clips of each split, two per group; every third has the rare label."""
    splits = [split for split, count in counts.items() for _ in range(count)]
    groups = [f"{split}-{i // 2}" for split, count in counts.items() for i in range(count)]
    labels = ["rare" if i % 3 == 0 else "common" for i in range(len(splits))]
    return pd.DataFrame({"split": splits, "group": groups, "label": labels})


def test_labels_are_drawn_equally_often_as_long_as_they_last():
    index = make_index(test=30)
    assert index["label"].iloc[balanced_sample(index, np.arange(30), 16, seed=0)].value_counts().to_dict() == {
        "rare": 8,
        "common": 8,
    }
    assert len(balanced_sample(index, np.arange(30), 100, seed=0)) == 30


def test_the_sample_is_determined_by_the_seed():
    index = make_index(test=30)
    draws = [balanced_sample(index, np.arange(30), 10, seed).tolist() for seed in (0, 0, 1)]
    assert draws[0] == draws[1] != draws[2]


def test_the_floor_is_the_validation_split_if_there_is_one():
    index = make_index(train=10, validation=8, test=8)
    chosen = choose_reference_sets(index, 100, 100, seed=0)
    assert set(index["split"].iloc[chosen.real]) == {"test"}
    assert set(index["split"].iloc[chosen.floor]) == {"validation"}
    assert set(index["split"].iloc[chosen.train]) == {"train"}
    assert "validation" in chosen.floor_origin


def test_without_a_validation_split_the_test_split_is_halved_by_group():
    index = make_index(train=10, test=20)
    chosen = choose_reference_sets(index, 100, 100, seed=0)
    assert not set(index["group"].iloc[chosen.real]) & set(index["group"].iloc[chosen.floor])
    assert sorted([*chosen.real, *chosen.floor]) == list(range(10, 30))
    assert "half" in chosen.floor_origin


def test_a_test_split_of_one_group_is_halved_by_clip():
    index = make_index(train=4, test=8)
    index = index.assign(group=index["split"])
    chosen = choose_reference_sets(index, 100, 2, seed=0)
    assert len(chosen.real) == len(chosen.floor) == 4
    assert len(chosen.train) == 2
    assert "of the same recordings" in chosen.floor_origin


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_fewer_than_four_test_clips_are_all_used_as_reference(count):
    chosen = choose_reference_sets(make_index(train=9, test=count), 10, 10, seed=0)
    assert chosen.real.tolist() == list(range(9, 9 + count))
    assert len(chosen.floor) == 0
    assert "no validation split" in chosen.floor_origin


@pytest.mark.parametrize(("test", "validation"), [(0, 2), (1, 2), (3, 1), (0, 1)])
def test_a_validation_clip_is_the_floor_if_the_test_split_cannot_be_halved(test, validation):
    chosen = choose_reference_sets(make_index(train=9, validation=validation, test=test), 10, 10, seed=0)
    assert (len(chosen.real), len(chosen.floor), chosen.floor_origin) == (test, validation, "the validation split")


def test_without_training_clips_nothing_is_compared():
    with pytest.raises(InputError, match="no clips of the training split"):
        choose_reference_sets(make_index(test=8), 10, 10, seed=0)


def test_labels_are_requested_equally_often():
    assert requested_labels(["a", "b", "c"], 10) == ["a", "b", "c"] * 3
    assert requested_labels([], 10) is None


def test_each_label_is_requested_twice_at_least():
    assert requested_labels(["a", "b", "c"], 2) == ["a", "b", "c", "a", "b", "c"]
