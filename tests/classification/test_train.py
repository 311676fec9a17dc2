import json

import numpy as np
import pytest

from tests.classification.conftest import CONFIG, FEATURES, PREPROCESSING, RATE, sound
from waveloom.classification.config import Classify, candidates
from waveloom.classification.labelled_clips import from_clips
from waveloom.classification.train import train_classifier
from waveloom.config.errors import InputError
from waveloom.datasets.classifier import ClassifierDataset


def train(corpus, table=None, config=CONFIG, generated=None):
    return train_classifier(corpus.store, corpus.table if table is None else table, PREPROCESSING, config, generated)


def test_clearly_different_labels_are_classified_correctly(trained):
    metrics = trained.metrics
    assert metrics["chosen"] in {"logistic", "forest"}
    assert metrics["cross_validation"][metrics["chosen"]]["accuracy_mean"] > 0.95
    assert metrics["test"]["accuracy"] > 0.9
    assert {row["f1"] > 0.9 for row in metrics["by_label"].values()} == {True}
    assert set(trained.predictions["set"]) == {"cross-validation", "test"}
    assert json.dumps(metrics, allow_nan=False)


def test_random_labels_are_not_learned(corpus):
    shuffled = np.random.default_rng(0).permutation(corpus.table["label"].to_numpy())
    random = train(corpus, corpus.table.assign(label=shuffled), CONFIG)
    assert random.metrics["cross_validation"]["logistic"]["accuracy_mean"] < 0.55
    assert random.metrics["calibration"]["error"] < 0.25
    assert random.predictions["confidence"].mean() < 0.6


def test_every_recording_outside_the_test_split_has_one_out_of_fold_prediction(corpus, trained):
    counts = trained.predictions["set"].value_counts()
    assert counts["test"] == (corpus.table["split"] == "test").sum()
    assert counts["cross-validation"] == (corpus.table["split"] != "test").sum()


def test_the_model_does_not_depend_on_the_test_split(corpus, trained):
    table = corpus.table.copy()
    test_rows = table["split"] == "test"
    columns = table.columns[5:]
    table.loc[test_rows, columns] = table.loc[test_rows, columns] + 100
    assert train(corpus, table).model.digest == trained.model.digest


def test_equal_trainings_write_equal_bytes_which_load_again(corpus, trained, tmp_path):
    for name, one in (("a", trained), ("b", train(corpus))):
        ClassifierDataset(str(tmp_path / name)).save(one.model)
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert files == ["README.md", "model.json", "weights.npz"]
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    assert ClassifierDataset(str(tmp_path / "a")).load().digest == trained.model.digest


def test_generated_sounds_with_correct_labels_do_not_hurt_and_the_difference_has_an_interval(corpus):
    labels = np.repeat(["high", "low", "rich"], 10)
    clips = np.stack([np.pad(sound(label, 5000 + i), (0, 96)) for i, label in enumerate(labels)])
    metrics = train(corpus, generated=from_clips(clips, labels, RATE, FEATURES)).metrics["augmentation"]
    assert metrics["difference_low"] <= metrics["difference_mean"] <= metrics["difference_high"]
    assert metrics["verdict"] in {"helped", "no difference was shown"}
    assert metrics["recordings"] == (corpus.table["split"] != "train").sum()
    assert len(metrics["difference_by_fold"]) == CONFIG.folds


def test_generated_sounds_with_wrong_labels_hurt(corpus):
    labels = np.repeat(["high", "low", "rich"], 60)
    wrong = {"high": "low", "low": "rich", "rich": "high"}
    clips = np.stack([np.pad(sound(wrong[label], 5000 + i), (0, 96)) for i, label in enumerate(labels)])
    metrics = train(corpus, generated=from_clips(clips, labels, RATE, FEATURES)).metrics["augmentation"]
    assert metrics["verdict"] == "hurt"
    assert metrics["difference_mean"] < -0.2


def test_the_error_names_a_feature_that_is_not_finite(corpus):
    table = corpus.table.copy()
    table.loc[3, "mfcc_00_mean"] = np.nan
    with pytest.raises(InputError, match=r"mfcc_00_mean of clip .* not finite"):
        train(corpus, table)


def test_constant_features_do_no_harm(corpus):
    table = corpus.table.assign(same=np.float32(3))
    assert np.isfinite(train(corpus, table).metrics["test"]["accuracy"])


def test_the_label_with_the_fewest_groups_limits_the_folds_and_that_is_logged(corpus, caplog):
    metrics = train(corpus, config=Classify(models=("logistic",), folds=40)).metrics
    assert metrics["folds"] == 30
    assert metrics["left_out"]["folds"].startswith("30 in place of classify.folds = 40: 'high' has 30 groups")
    assert "30 in place of classify.folds = 40" in caplog.text


def one_group(table, label):
    """Put all recordings of a label outside the test split into one group."""
    rows = (table["label"] == label) & (table["split"] != "test")
    return table.assign(group=table["group"].mask(rows, f"all of {label}"))


def test_a_label_of_one_group_is_learned_but_not_cross_validated(corpus):
    one = train(corpus, one_group(corpus.table, "rich"))
    assert "'rich'" in one.metrics["left_out"]["cross_validated_labels"]
    assert one.metrics["by_label"]["rich"].startswith("not measured: ")
    assert one.metrics["by_label"]["low"]["f1"] > 0.9
    assert one.metrics["test"]["by_label"]["rich"]["recall"] > 0.9
    assert set(one.predictions.loc[one.predictions["set"] == "cross-validation", "actual"]) == {"high", "low"}


def test_if_no_label_has_two_groups_the_first_classifier_is_fitted_without_cross_validation(corpus):
    table = corpus.table
    for label in ("low", "high", "rich"):
        table = one_group(table, label)
    one = train(corpus, table)
    assert one.metrics["chosen"] == "logistic"
    for name in ("folds", "cross_validation", "by_label", "calibration"):
        assert one.metrics[name].startswith("not measured: no label has recordings of two groups"), name
    assert one.metrics["like"]["test"].startswith("not measured: too few recordings")
    assert one.metrics["test"]["accuracy"] > 0.9
    assert json.dumps(one.metrics, allow_nan=False)


def test_without_a_test_split_nothing_is_tested(corpus):
    one = train(corpus, corpus.table.assign(split="train"))
    assert one.metrics["test"] == one.metrics["like"]["test"] == "not measured: there is no test split"
    assert set(one.predictions["set"]) == {"cross-validation"}


def test_a_label_that_only_the_test_split_has_is_neither_learned_nor_tested(corpus):
    tested = corpus.table["split"] == "test"
    label = corpus.table["label"].mask(tested & (corpus.table["label"] == "rich"), "new")
    one = train(corpus, corpus.table.assign(label=label))
    assert one.model.spec["labels"] == ["high", "low", "rich"]
    assert set(one.predictions.loc[one.predictions["set"] == "test", "actual"]) == {"high", "low"}
    assert one.metrics["test"]["by_label"]["rich"].startswith("not measured: ")
    assert "'rich'" in one.metrics["left_out"]["tested_labels"]


def test_a_fold_without_a_label_never_predicts_it(corpus):
    """Two labels share a group, so that one fold has no training example of one of them."""
    table = one_group(corpus.table, "rich")
    some = (table["label"] == "low") & (table.groupby("label").cumcount() < 4) & (table["split"] != "test")
    shared = train(corpus, table.assign(group=table["group"].mask(some, "all of rich")))
    assert shared.metrics["by_label"]["low"]["recall"] > 0.9


def test_the_benefit_of_generated_sounds_is_not_measured_without_held_out_recordings(corpus):
    labels = np.repeat(["high", "low", "rich"], 2)
    generated = from_clips(np.stack([np.pad(sound(label, 5), (0, 96)) for label in labels]), labels, RATE, FEATURES)
    metrics = train(corpus, corpus.table.assign(split="train"), generated=generated).metrics["augmentation"]
    assert metrics.startswith("not measured: no recording of a learned label is outside the training split")


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (Classify(models=("logistc",)), "no 'logistc' in classifiers"),
        (Classify(options={"svn": {}}), "classify.options has 'svn'"),
        (Classify(options={"svm": {"d": 1}}), "classify.options.svm.d is not a parameter"),
    ],
)
def test_the_error_names_a_wrong_classifier_or_option(config, message):
    with pytest.raises(InputError, match=message):
        candidates(config)
