import numpy as np
import pytest

from waveloom.evaluation.metrics import Reference
from waveloom.evaluation.metrics.nearest import score
from waveloom.evaluation.points import Part


def points(*rows: tuple[float, float]) -> Part:
    return Part(np.array(rows, np.float32), np.full(len(rows), ""))


def test_distances_to_the_nearest_of_each_set_are_averaged():
    against = Reference(real=points((0, 5), (9, 9)), train=points((3, 4), (50, 50)))
    found = score(points((0, 0), (3, 4)), against)
    assert found == pytest.approx({"nearest_train": (5 + 0) / 2, "nearest_held_out": (5 + np.sqrt(10)) / 2})


def test_more_training_sounds_than_held_out_ones_give_no_advantage():
    draw = np.random.default_rng(0)
    real, train, judged = (
        Part(draw.standard_normal((n, 3)).astype(np.float32), np.full(n, "")) for n in (50, 2000, 200)
    )
    found = score(judged, Reference(real, train))
    assert found["nearest_train"] == pytest.approx(found["nearest_held_out"], rel=0.1)
