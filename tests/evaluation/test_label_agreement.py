import numpy as np
import pytest

from waveloom.evaluation.label_agreement import measure_label_agreement
from waveloom.evaluation.metrics import Sounds
from waveloom.features.table import feature_columns


def as_generated(table, labels) -> Sounds:
    """Real rows instead of generated sounds, with chosen labels."""
    features = table[feature_columns(table)].to_numpy()
    return Sounds(np.zeros((len(table), 8), np.float32), 8000, features, np.asarray(labels, str))


def test_sounds_of_the_requested_label_agree_and_others_do_not(corpus):
    train = corpus.table[corpus.table["split"] == "train"]
    right = measure_label_agreement(corpus.table, as_generated(train, train["label"]), folds=3, seed=0)
    assert right.metrics["label_agreement"] == {"generated": 1, "real": 1}
    wrong = measure_label_agreement(corpus.table, as_generated(train, ["low"] * len(train)), folds=3, seed=0)
    assert wrong.metrics["label_agreement"]["generated"] == pytest.approx(1 / 3)
    assert set(wrong.generated["actual"]) == {"low"}


def test_real_clips_outside_the_test_split_are_each_predicted_once(corpus):
    found = measure_label_agreement(corpus.table, as_generated(corpus.table, [""] * len(corpus.table)), folds=3, seed=0)
    assert len(found.real) == (corpus.table["split"] != "test").sum()
    assert found.metrics["classifier"]["chance"] == pytest.approx(1 / 3)


def test_without_a_condition_agreement_is_not_measured(corpus):
    found = measure_label_agreement(corpus.table, as_generated(corpus.table, [""] * len(corpus.table)), folds=3, seed=0)
    assert found.metrics["label_agreement"]["generated"].startswith("not measured: the recipe")
    assert found.generated.empty


def test_a_corpus_of_one_label_is_not_classified(corpus):
    plain = corpus.table.assign(label="")
    found = measure_label_agreement(plain, as_generated(plain, plain["label"]), folds=3, seed=0)
    assert found.metrics["classifier"]["accuracy_mean"].startswith("not measured: the corpus")
    assert found.real.empty
    assert list(found.real) == ["actual", "predicted"]
