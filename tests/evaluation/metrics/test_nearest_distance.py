import numpy as np
import pytest

from waveloom.evaluation.metrics import Reference
from waveloom.evaluation.metrics.nearest_distance import score
from waveloom.evaluation.subset import Subset


def points(*rows: tuple[float, float]) -> Subset:
    return Subset(np.array(rows, np.float32), np.full(len(rows), ""))


def test_distances_to_the_nearest_sound_of_each_set_are_averaged():
    reference = Reference(real=points((0, 5), (9, 9)), train=points((3, 4), (50, 50)))
    found = score(points((0, 0), (3, 4)), reference)
    assert found == pytest.approx({"nearest_train": (5 + 0) / 2, "nearest_held_out": (5 + np.sqrt(10)) / 2})


def test_more_training_sounds_than_held_out_ones_give_no_advantage():
    draw = np.random.default_rng(0)
    real, train, evaluated = (
        Subset(draw.standard_normal((n, 3)).astype(np.float32), np.full(n, "")) for n in (50, 2000, 200)
    )
    found = score(evaluated, Reference(real, train))
    assert found["nearest_train"] == pytest.approx(found["nearest_held_out"], rel=0.1)
