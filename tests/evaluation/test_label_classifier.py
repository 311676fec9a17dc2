import numpy as np
import pandas as pd
import pytest

from waveloom.evaluation import label_classifier as classifier


def make_table(count: int, clips_a_group: int = 1, split: str = "train") -> pd.DataFrame:
    """Two labels a unit apart in one feature; the other features name the group and nothing else."""
    draw = np.random.default_rng(0)
    groups = np.arange(2 * count) // clips_a_group
    labels = np.where(groups % 2 == 0, "even", "odd")
    signature = draw.standard_normal((groups.max() + 1, 6))[groups]
    table = pd.DataFrame(signature, columns=[f"f{i}" for i in range(6)]).astype(np.float32)
    keys = {"clip_id": np.arange(len(groups)).astype(str), "recording_id": groups.astype(str)}
    return table.assign(**keys, label=labels, group=groups.astype(str), split=split)


def with_answer(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(answer=np.where(table["label"] == "odd", 9.0, -9.0).astype(np.float32))


def test_labels_that_a_feature_tells_are_all_named_rightly():
    summary, answers = classifier.cross_validate(with_answer(make_table(30)), folds=5, seed=0)
    assert summary == {
        "accuracy_mean": 1,
        "balanced_accuracy_mean": 1,
        "accuracy_sd": 0,
        "balanced_accuracy_sd": 0,
    }
    assert len(answers) == 60
    assert (answers["actual"] == answers["predicted"]).all()


def test_knowing_the_group_by_heart_is_of_no_use():
    table = make_table(100, clips_a_group=10)
    assert classifier.accuracy(classifier.predict_rows(classifier.fit(table), table)) > 0.8
    assert classifier.cross_validate(table, folds=5, seed=0)[0]["accuracy_mean"] < 0.7


def test_the_test_split_is_left_alone():
    held_out = with_answer(make_table(20, split="test")).assign(answer=np.float32(0))
    table = pd.concat([with_answer(make_table(20)), held_out], ignore_index=True)
    summary, answers = classifier.cross_validate(table, folds=5, seed=0)
    assert len(answers) == 40
    assert summary["accuracy_mean"] > 0.9


def test_a_label_of_fewer_groups_than_folds_has_as_many_folds_as_groups():
    table = with_answer(make_table(30, clips_a_group=10))
    assert classifier.folds_used(table, 5, seed=0) == 3
    assert len(classifier.cross_validate(table, folds=5, seed=0)[1]) == 60


def test_where_every_label_is_of_one_group_nothing_is_measured():
    summary, answers = classifier.cross_validate(make_table(10, clips_a_group=10), folds=2, seed=0)
    assert set(summary.values()) == {classifier.NO_FOLDS}
    assert list(answers) == ["actual", "predicted"]
    assert answers.empty


def test_a_label_of_one_group_is_left_out_and_the_others_are_measured():
    table = pd.concat([with_answer(make_table(20)), with_answer(make_table(1)).assign(label="lone", group="lone")])
    _, answers = classifier.cross_validate(table.reset_index(drop=True), folds=2, seed=0)
    assert answers["actual"].value_counts().to_dict() == {"even": 20, "odd": 20}


def test_a_label_of_the_test_split_alone_does_not_matter():
    stray = make_table(1, split="test").assign(label="stray")
    alone = classifier.cross_validate(make_table(20), folds=2, seed=0)
    with_stray = classifier.cross_validate(pd.concat([make_table(20), stray]), folds=2, seed=0)
    assert with_stray[0] == alone[0]


def test_accuracies_worked_by_hand():
    answers = pd.DataFrame({"actual": ["a", "a", "a", "b"], "predicted": ["a", "a", "b", "b"]})
    assert classifier.accuracy(answers) == 3 / 4
    assert classifier.balanced_accuracy(answers) == pytest.approx((2 / 3 + 1) / 2)
