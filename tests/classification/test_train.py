import json

import numpy as np
import pytest

from tests.classification.conftest import FEATURES, PREPARE, RATE, RULES, sound
from waveloom.classification.config import Classify, candidates
from waveloom.classification.examples import from_clips
from waveloom.classification.train import train_classifier
from waveloom.config.errors import InputError
from waveloom.datasets.classifier import ClassifierDataset


def learn(corpus, table=None, rules=RULES, made=None):
    return train_classifier(corpus.store, corpus.table if table is None else table, PREPARE, FEATURES, rules, made)


def test_kinds_no_one_could_mistake_are_told_apart(trained):
    metrics = trained.metrics
    assert metrics["chosen"] in {"logistic", "forest"}
    assert metrics["cross_validation"][metrics["chosen"]]["accuracy_mean"] > 0.95
    assert metrics["test"]["accuracy"] > 0.9
    assert {row["f1"] > 0.9 for row in metrics["by_label"].values()} == {True}
    assert set(trained.answers["set"]) == {"cross-validation", "test"}
    assert json.dumps(metrics, allow_nan=False)


def test_labels_drawn_by_lot_are_not_learned(corpus):
    drawn = np.random.default_rng(0).permutation(corpus.table["label"].to_numpy())
    lot = learn(corpus, corpus.table.assign(label=drawn), RULES)
    assert lot.metrics["cross_validation"]["logistic"]["accuracy_mean"] < 0.55
    assert lot.metrics["calibration"]["error"] < 0.25
    assert lot.answers["confidence"].mean() < 0.6  # it knows that it does not know


def test_every_recording_outside_the_test_split_is_judged_once_out_of_fold(corpus, trained):
    counts = trained.answers["set"].value_counts()
    assert counts["test"] == (corpus.table["split"] == "test").sum()
    assert counts["cross-validation"] == (corpus.table["split"] != "test").sum()


def test_the_test_split_teaches_nothing(corpus, trained):
    table = corpus.table.copy()
    spoilt = table["split"] == "test"
    columns = table.columns[5:]
    table.loc[spoilt, columns] = table.loc[spoilt, columns] + 100
    assert learn(corpus, table).model.digest == trained.model.digest


def test_made_twice_it_has_the_same_bytes_on_disk_and_comes_back_whole(corpus, trained, tmp_path):
    for name, one in (("a", trained), ("b", learn(corpus))):
        ClassifierDataset(str(tmp_path / name)).save(one.model)
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert files == ["README.md", "model.json", "weights.npz"]
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    assert ClassifierDataset(str(tmp_path / "a")).load().digest == trained.model.digest


def test_generated_sounds_of_the_right_kind_do_not_hurt_and_the_answer_has_an_interval(corpus):
    labels = np.repeat(["high", "low", "rich"], 10)
    clips = np.stack([np.pad(sound(label, 5000 + i), (0, 96)) for i, label in enumerate(labels)])
    found = learn(corpus, made=from_clips(clips, labels, RATE, FEATURES)).metrics["augmentation"]
    assert found["difference_low"] <= found["difference_mean"] <= found["difference_high"]
    assert found["verdict"] in {"helped", "no difference was shown"}
    assert found["recordings"] == (corpus.table["split"] != "train").sum()
    assert len(found["difference_by_fold"]) == RULES.folds


def test_generated_sounds_under_the_wrong_label_are_found_to_hurt(corpus):
    labels = np.repeat(["high", "low", "rich"], 60)
    wrong = {"high": "low", "low": "rich", "rich": "high"}
    clips = np.stack([np.pad(sound(wrong[label], 5000 + i), (0, 96)) for i, label in enumerate(labels)])
    found = learn(corpus, made=from_clips(clips, labels, RATE, FEATURES)).metrics["augmentation"]
    assert found["verdict"] == "hurt"
    assert found["difference_mean"] < -0.2


def test_a_feature_that_is_not_finite_is_named(corpus):
    table = corpus.table.copy()
    table.loc[3, "mfcc_00_mean"] = np.nan
    with pytest.raises(InputError, match=r"mfcc_00_mean of clip .* not finite"):
        learn(corpus, table)


def test_constant_features_do_no_harm(corpus):
    table = corpus.table.assign(same=np.float32(3))
    assert np.isfinite(learn(corpus, table).metrics["test"]["accuracy"])


def test_there_are_as_many_folds_as_the_label_of_fewest_groups_allows_and_that_is_logged(corpus, caplog):
    found = learn(corpus, rules=Classify(models=("logistic",), folds=40)).metrics
    assert found["folds"] == 30
    assert found["left_out"]["folds"].startswith("30 in place of classify.folds = 40: 'high' has 30 groups")
    assert "30 in place of classify.folds = 40" in caplog.text


def one_group(table, label):
    """Have all recordings of a label outside the test split be of one group."""
    rows = (table["label"] == label) & (table["split"] != "test")
    return table.assign(group=table["group"].mask(rows, f"all of {label}"))


def test_a_label_of_one_group_is_learned_and_left_out_of_the_cross_validation_alone(corpus):
    one = learn(corpus, one_group(corpus.table, "rich"))
    assert "'rich'" in one.metrics["left_out"]["cross_validated_labels"]
    assert one.metrics["by_label"]["rich"].startswith("not measured: ")
    assert one.metrics["by_label"]["low"]["f1"] > 0.9
    assert one.metrics["test"]["by_label"]["rich"]["recall"] > 0.9
    assert set(one.answers.loc[one.answers["set"] == "cross-validation", "actual"]) == {"high", "low"}


def test_where_no_label_has_two_groups_the_first_classifier_is_fitted_and_nothing_is_measured(corpus):
    table = corpus.table
    for label in ("low", "high", "rich"):
        table = one_group(table, label)
    one = learn(corpus, table)
    assert one.metrics["chosen"] == "logistic"
    for name in ("folds", "cross_validation", "by_label", "calibration"):
        assert one.metrics[name].startswith("not measured: no label has recordings of two groups"), name
    assert one.metrics["like"]["test"].startswith("not measured: too few recordings")
    assert one.metrics["test"]["accuracy"] > 0.9
    assert json.dumps(one.metrics, allow_nan=False)


def test_without_a_test_split_nothing_is_tested(corpus):
    one = learn(corpus, corpus.table.assign(split="train"))
    assert one.metrics["test"] == one.metrics["like"]["test"] == "not measured: there is no test split"
    assert set(one.answers["set"]) == {"cross-validation"}


def test_a_label_of_the_test_split_alone_is_neither_learned_nor_tested(corpus):
    strange = corpus.table["split"] == "test"
    label = corpus.table["label"].mask(strange & (corpus.table["label"] == "rich"), "new")
    one = learn(corpus, corpus.table.assign(label=label))
    assert one.model.spec["labels"] == ["high", "low", "rich"]
    assert set(one.answers.loc[one.answers["set"] == "test", "actual"]) == {"high", "low"}
    assert one.metrics["test"]["by_label"]["rich"].startswith("not measured: ")
    assert "'rich'" in one.metrics["left_out"]["tested_labels"]


def test_a_fold_without_a_label_never_predicts_it(corpus):
    """Two labels share a group, so that the fold which judges it has learned one of them from nothing."""
    table = one_group(corpus.table, "rich")
    some = (table["label"] == "low") & (table.groupby("label").cumcount() < 4) & (table["split"] != "test")
    shared = learn(corpus, table.assign(group=table["group"].mask(some, "all of rich")))
    assert shared.metrics["by_label"]["low"]["recall"] > 0.9


def test_whether_generated_sounds_help_is_not_measured_without_recordings_to_judge_by(corpus):
    labels = np.repeat(["high", "low", "rich"], 2)
    made = from_clips(np.stack([np.pad(sound(label, 5), (0, 96)) for label in labels]), labels, RATE, FEATURES)
    found = learn(corpus, corpus.table.assign(split="train"), made=made).metrics["augmentation"]
    assert found.startswith("not measured: no recording of a learned label is outside the training split")


@pytest.mark.parametrize(
    ("rules", "wanted"),
    [
        (Classify(models=("logistc",)), "no 'logistc' in classifiers"),
        (Classify(options={"svn": {}}), "classify.options has 'svn'"),
        (Classify(options={"svm": {"d": 1}}), "classify.options.svm.d is not a parameter"),
    ],
)
def test_a_wrong_classifier_or_option_is_named(rules, wanted):
    with pytest.raises(InputError, match=wanted):
        candidates(rules)
