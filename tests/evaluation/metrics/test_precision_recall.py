import numpy as np
import pytest

from waveloom.evaluation.metrics import NotMeasuredError, Reference
from waveloom.evaluation.metrics.precision_recall import score
from waveloom.evaluation.subset import Subset


def measured(evaluated: np.ndarray, real: np.ndarray) -> dict[str, float]:
    parts = [Subset(points.astype(np.float32), np.full(len(points), "")) for points in (evaluated, real)]
    return score(parts[0], Reference(parts[1], parts[1]))


def cloud(count: int, seed: int, centre: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, 4)) + centre


TWO_MODES = np.concatenate([cloud(20, 0), cloud(20, 1, centre=100.0)])


def test_the_same_set_scores_one_and_each_sound_lies_in_its_own_and_five_neighbourhoods():
    assert measured(TWO_MODES, TWO_MODES) == pytest.approx(
        {"precision": 1, "recall": 1, "density": 6 / 5, "coverage": 1}
    )


def test_one_mode_of_two_has_full_precision_and_half_recall():
    found = measured(TWO_MODES[np.resize(np.arange(20), 40)], TWO_MODES)
    assert found["precision"] == 1
    assert found["recall"] == pytest.approx(0.5)
    assert found["coverage"] == pytest.approx(0.5)


def test_an_additional_mode_lowers_precision_and_not_recall():
    evaluated = np.concatenate([TWO_MODES, cloud(40, 2, centre=-100.0)])
    real = np.concatenate([TWO_MODES, TWO_MODES + 1e-3])
    found = measured(evaluated, real)
    assert found["precision"] == pytest.approx(0.5)
    assert found["recall"] == 1


def test_copies_of_one_sound_have_no_recall():
    found = measured(np.repeat(cloud(1, 5), 40, axis=0), TWO_MODES)
    assert found["recall"] == 0
    assert found["coverage"] < 0.5


def test_two_distant_sets_score_zero():
    assert list(measured(cloud(20, 0), cloud(20, 1, centre=50.0)).values()) == [0, 0, 0, 0]


def test_two_draws_from_one_distribution_score_as_published_and_not_one():
    found = [
        measured(
            np.random.default_rng(s).standard_normal((300, 64)),
            np.random.default_rng(99 + s).standard_normal((300, 64)),
        )
        for s in range(3)
    ]
    means = {name: np.mean([one[name] for one in found]) for name in found[0]}
    assert means["density"] == pytest.approx(1, abs=0.15)
    assert means["coverage"] > 0.9
    assert 0.3 < means["precision"] < 0.9


def test_five_sounds_have_no_fifth_neighbour():
    with pytest.raises(NotMeasuredError, match="5 sounds are too few; it needs 6"):
        measured(cloud(5, 0), cloud(9, 1))
