import numpy as np
import pandas as pd
import pytest

from waveloom.evaluation import label_classifier
from waveloom.evaluation.label_classifier import fit_label_classifier


def make_table(count: int, clips_a_group: int = 1, split: str = "train") -> pd.DataFrame:
    """Two labels, with features that depend on the group only."""
    draw = np.random.default_rng(0)
    groups = np.arange(2 * count) // clips_a_group
    labels = np.where(groups % 2 == 0, "even", "odd")
    signature = draw.standard_normal((groups.max() + 1, 6))[groups]
    table = pd.DataFrame(signature, columns=[f"f{i}" for i in range(6)]).astype(np.float32)
    keys = {"clip_id": np.arange(len(groups)).astype(str), "recording_id": groups.astype(str)}
    return table.assign(**keys, label=labels, group=groups.astype(str), split=split)


def with_answer(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(answer=np.where(table["label"] == "odd", 9.0, -9.0).astype(np.float32))


def test_labels_given_by_a_feature_are_all_predicted():
    summary, answers = label_classifier.cross_validate(with_answer(make_table(30)), folds=5, seed=0)
    assert summary == {
        "accuracy_mean": 1,
        "balanced_accuracy_mean": 1,
        "accuracy_sd": 0,
        "balanced_accuracy_sd": 0,
    }
    assert len(answers) == 60
    assert (answers["actual"] == answers["predicted"]).all()


def test_memorising_groups_does_not_help_in_cross_validation():
    table = make_table(100, clips_a_group=10)
    assert label_classifier.accuracy(label_classifier.predict_rows(label_classifier.fit(table), table)) > 0.8
    assert label_classifier.cross_validate(table, folds=5, seed=0)[0]["accuracy_mean"] < 0.7


def test_the_test_split_is_not_used():
    held_out = with_answer(make_table(20, split="test")).assign(answer=np.float32(0))
    table = pd.concat([with_answer(make_table(20)), held_out], ignore_index=True)
    summary, answers = label_classifier.cross_validate(table, folds=5, seed=0)
    assert len(answers) == 40
    assert summary["accuracy_mean"] > 0.9


def test_a_label_of_fewer_groups_than_folds_has_as_many_folds_as_groups():
    table = with_answer(make_table(30, clips_a_group=10))
    assert label_classifier.folds_used(table, 5, seed=0) == 3
    assert len(label_classifier.cross_validate(table, folds=5, seed=0)[1]) == 60


def test_labels_of_one_group_each_are_not_measured():
    summary, answers = label_classifier.cross_validate(make_table(10, clips_a_group=10), folds=2, seed=0)
    assert set(summary.values()) == {label_classifier.NO_FOLDS}
    assert list(answers) == ["actual", "predicted"]
    assert answers.empty


def test_a_label_of_one_group_is_left_out_and_the_others_are_measured():
    table = pd.concat([with_answer(make_table(20)), with_answer(make_table(1)).assign(label="lone", group="lone")])
    _, answers = label_classifier.cross_validate(table.reset_index(drop=True), folds=2, seed=0)
    assert answers["actual"].value_counts().to_dict() == {"even": 20, "odd": 20}


def test_a_label_only_in_the_test_split_is_ignored():
    test_only = make_table(1, split="test").assign(label="test only")
    alone = label_classifier.cross_validate(make_table(20), folds=2, seed=0)
    with_test_only = label_classifier.cross_validate(pd.concat([make_table(20), test_only]), folds=2, seed=0)
    assert with_test_only[0] == alone[0]


def test_accuracies_worked_by_hand():
    answers = pd.DataFrame({"actual": ["a", "a", "a", "b"], "predicted": ["a", "a", "b", "b"]})
    assert label_classifier.accuracy(answers) == 3 / 4
    assert label_classifier.balanced_accuracy(answers) == pytest.approx((2 / 3 + 1) / 2)


def test_the_classifier_has_the_training_labels_and_a_digest_of_its_own(corpus):
    classifier, again = fit_label_classifier(corpus.table), fit_label_classifier(corpus.table)
    other = fit_label_classifier(corpus.table[corpus.table["label"] != "noise"])
    assert classifier.labels == ("high", "low", "noise")
    assert classifier.digest == again.digest != other.digest


def test_a_corpus_of_one_label_has_no_classifier(corpus):
    assert fit_label_classifier(corpus.table.assign(label="one")) is None


def test_the_classifier_is_fitted_on_the_training_split_alone(corpus):
    misled = corpus.table["label"].where(corpus.table["split"] == "train", "noise")
    assert fit_label_classifier(corpus.table).digest == fit_label_classifier(corpus.table.assign(label=misled)).digest
