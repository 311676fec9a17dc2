import numpy as np
import pytest

from waveloom.evaluation.metrics import NotMeasuredError, Reference
from waveloom.evaluation.metrics.different_bins import note, score
from waveloom.evaluation.points import Part

CENTRES = 100 * np.arange(4.0)


def heaps(*counts: int) -> Part:
    """So many points at each of four far places."""
    draw = np.random.default_rng(0)
    rows = np.concatenate(
        [centre + draw.uniform(-1, 1, (count, 2)) for centre, count in zip(CENTRES, counts, strict=True)]
    )
    return Part(rows.astype(np.float32), np.full(len(rows), ""))


TRAIN = heaps(10, 10, 10, 10)  # fills four bins of ten


def share(judged: Part, real: Part) -> float:
    return score(judged, Reference(real, TRAIN))["different_bins"]


def test_equal_shares_differ_nowhere_whatever_the_counts():
    assert share(heaps(25, 25, 25, 25), heaps(50, 50, 50, 50)) == 0


def test_a_lost_mode_differs_where_it_was_and_where_its_sounds_went():
    # z of 0 of 100 against 25 of 100 is 5.3; of 50 against 25 it is 3.7; of 25 against 25 it is 0.
    assert share(heaps(0, 50, 25, 25), heaps(25, 25, 25, 25)) == 2 / 4


@pytest.mark.parametrize(("judged", "bins"), [((37, 21, 21, 21), 0), ((39, 21, 20, 20), 1 / 4)])
def test_the_test_is_at_five_percent(judged, bins):
    # Against 25 of 100, z is 1.83 for 37, 2.12 for 39, and 0.85 for 20; the line is at 1.96.
    assert share(heaps(*judged), heaps(25, 25, 25, 25)) == bins


def test_few_training_sounds_fill_few_bins_and_it_says_so():
    assert "40 training sounds fill 4 bins, not 50" in note(TRAIN, Reference(TRAIN, TRAIN))


@pytest.mark.parametrize("counts", [(4, 5, 5, 5), (40, 0, 0, 0)])
def test_too_few_or_all_equal_training_sounds_are_no_bins(counts):
    train = heaps(*counts) if counts[1] else Part(np.ones((40, 2), np.float32), np.full(40, ""))
    with pytest.raises(NotMeasuredError, match="do not fill two bins"):
        score(TRAIN, Reference(TRAIN, train))
