import numpy as np
import pytest

from waveloom.evaluation.metrics import LabelClassifier, Reference, Sounds
from waveloom.evaluation.metrics.inception_score import score
from waveloom.evaluation.subset import Subset

CLASSIFIER = LabelClassifier(("a", "b", "c", "d"), lambda sounds: sounds.features, "digest")


def inception(probabilities: list[list[float]]) -> float:
    rows = np.array(probabilities, np.float64)
    part = Subset(Sounds(np.zeros((len(rows), 8)), 8000, rows, np.full(len(rows), "")), np.full(len(rows), ""))
    return score(part, Reference(part, part, CLASSIFIER))["inception_score"]


def test_confident_predictions_of_all_labels_score_the_number_of_labels():
    assert inception(np.eye(4).tolist() * 3) == pytest.approx(4)


def test_uniform_probabilities_or_always_the_same_label_score_one():
    assert inception([[0.25] * 4] * 5) == pytest.approx(1)
    assert inception([[1, 0, 0, 0]] * 5) == pytest.approx(1)


def test_half_of_the_labels_give_half_of_the_score():
    assert inception([[1, 0, 0, 0], [0, 1, 0, 0]]) == pytest.approx(2)
