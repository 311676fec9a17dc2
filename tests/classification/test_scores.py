import numpy as np
import pandas as pd
import pytest

from waveloom.classification import calibration, outliers, scores
from waveloom.classification.augmentation import paired_difference


def predictions(actual, predicted, confidence=1.0):
    return pd.DataFrame({"actual": list(actual), "predicted": list(predicted), "confidence": confidence})


def test_precision_recall_and_f1_worked_by_hand():
    result = scores.by_label(predictions("aaab", "aabb"), ["a", "b", "c"])
    assert result["a"] == {"precision": 1.0, "recall": 2 / 3, "f1": 0.8, "count": 3}
    assert result["b"] == {"precision": 0.5, "recall": 1.0, "f1": pytest.approx(2 / 3), "count": 1}
    assert result["c"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "count": 0}


def test_calibration_error_worked_by_hand():
    half_correct = predictions("ab", "aa", 0.75)  # confidence 0.75, accuracy 0.5
    assert scores.calibration_error(half_correct) == pytest.approx(0.25)
    both = pd.concat([half_correct, predictions("cc", "cc", 1.0)])
    assert scores.calibration_error(both) == pytest.approx(0.125)
    assert scores.reliability(both)["count"].tolist() == [2, 2]


def test_the_temperature_is_the_factor_that_scores_were_multiplied_by():
    draw = np.random.default_rng(0)
    true = draw.normal(0, 2, (4000, 3))
    classes = np.array([draw.choice(3, p=row) for row in calibration.softmax(true)])
    assert calibration.temperature(5 * true, np.arange(4000), classes) == pytest.approx(5, rel=0.1)


def test_thirty_correct_predictions_do_not_give_certainty():
    classes = np.arange(30) % 3
    scores = 50.0 * np.eye(3)[classes]
    confidence = calibration.softmax(scores / calibration.temperature(scores, np.arange(30), classes)).max(axis=1)
    assert confidence == pytest.approx(31 / 33, abs=0.01)


def test_a_recordings_probability_is_the_mean_of_its_clips():
    probabilities = np.array([[1.0, 0.0], [0.0, 1.0], [0.2, 0.8]])
    assert calibration.mean_probabilities(probabilities, np.array([0, 0, 1])) == pytest.approx(
        np.array([[0.5, 0.5], [0.2, 0.8]])
    )


def test_the_distance_is_in_standard_deviations_from_the_nearest_label():
    draw = np.random.default_rng(0)
    classes = np.repeat([0, 1], 2000)
    features = draw.standard_normal((4000, 2)) * [1, 10] + np.array([[0, 0], [6, 0]])[classes]
    arrays = outliers.fit(features, classes, 2)
    result = outliers.distances(arrays, np.array([[0.0, 0], [3, 0], [0, 30], [6, 0], [9, 0]]))
    assert result == pytest.approx([0, 3, 3, 0, 3], abs=0.15)


def test_the_interval_of_a_constant_difference_is_a_point():
    groups = pd.Series(list("aabbcc"))
    result = paired_difference(np.zeros((3, 6)), np.ones((3, 6)), groups, seed=0)
    assert (result["difference_low"], result["difference_high"], result["verdict"]) == (1, 1, "helped")
    assert paired_difference(np.ones((3, 6)), np.ones((3, 6)), groups, seed=0)["verdict"] == "no difference was shown"
