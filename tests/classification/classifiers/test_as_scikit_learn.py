"""Classifiers stored as arrays give the scores of scikit-learn's estimators."""

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from waveloom.classification.classifiers import boosting, forest, logistic, svm
from waveloom.classification.classifiers._trees import leaves, trees_to_arrays

COUNTS = [2, 4]


def overlapping(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Thirty examples of each of `count` labels, which overlap."""
    draw = np.random.default_rng(seed)
    classes = np.repeat(np.arange(count), 30)
    return (draw.standard_normal((len(classes), 6)) + 1.5 * np.eye(6)[classes]).astype(np.float32), classes


@pytest.mark.parametrize("count", COUNTS)
def test_trees_as_arrays_find_the_leaves_of_scikit_learn(count):
    examples, classes = overlapping(count)
    model = RandomForestClassifier(10, random_state=0).fit(examples, classes)
    trees = [tree.tree_ for tree in model.estimators_]
    arrays = trees_to_arrays(trees)
    unseen, _ = overlapping(count, seed=1)
    own = leaves(arrays, unseen) - arrays["roots"]
    assert (own == np.stack([tree.apply(unseen) for tree in trees], axis=1)).all()


@pytest.mark.parametrize("count", COUNTS)
def test_the_forest_gives_the_probabilities_of_scikit_learn(count):
    examples, classes = overlapping(count)
    config = forest.Config(trees=20)
    scores = forest.scores(config, forest.fit(config, examples, classes, count, 3), examples)
    theirs = RandomForestClassifier(20, min_samples_leaf=2, random_state=3)
    theirs.fit(examples, classes, sample_weight=np.ones(len(classes)))
    share = (np.exp(scores) * 20.5 - 0.5 / count) / 20
    assert share == pytest.approx(theirs.predict_proba(examples), abs=1e-6)


@pytest.mark.parametrize("count", COUNTS)
def test_boosting_gives_the_probabilities_of_scikit_learn(count):
    examples, classes = overlapping(count)
    config = boosting.Config(rounds=15)
    scores = boosting.scores(config, boosting.fit(config, examples, classes, count, 3), examples)
    theirs = GradientBoostingClassifier(
        n_estimators=15, subsample=0.7, max_features="sqrt", init="zero", random_state=3
    ).fit(examples, classes)
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert probabilities == pytest.approx(theirs.predict_proba(examples), abs=1e-9)


@pytest.mark.parametrize("count", COUNTS)
def test_logistic_regression_gives_the_probabilities_of_scikit_learn(count):
    examples, classes = overlapping(count)
    config = logistic.Config()
    scores = logistic.scores(config, logistic.fit(config, examples, classes, count, 0), examples)
    scaled = StandardScaler().fit_transform(examples.astype(float)).astype(np.float32)
    theirs = LogisticRegression(C=0.1, max_iter=1000).fit(scaled, classes).predict_proba(scaled)
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert probabilities == pytest.approx(theirs, abs=1e-4)


def test_support_vector_machines_give_the_margins_of_scikit_learn():
    examples, classes = overlapping(4)
    config = svm.Config(c=1.0)
    scores = svm.scores(config, svm.fit(config, examples, classes, 4, 0), examples)
    scaled = StandardScaler().fit_transform(examples.astype(float)).astype(np.float32).astype(float)
    theirs = OneVsRestClassifier(SVC(C=1.0, gamma=1 / 6, class_weight="balanced")).fit(scaled, classes)
    assert scores == pytest.approx(theirs.decision_function(scaled), abs=1e-5)
