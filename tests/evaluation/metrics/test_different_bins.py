import numpy as np
import pytest

from waveloom.evaluation.metrics import NotMeasuredError, Reference
from waveloom.evaluation.metrics.different_bins import note, score
from waveloom.evaluation.subset import Subset

CENTRES = 100 * np.arange(4.0)


def clusters(*counts: int) -> Subset:
    """`counts` points around each of four distant centres."""
    draw = np.random.default_rng(0)
    rows = np.concatenate(
        [centre + draw.uniform(-1, 1, (count, 2)) for centre, count in zip(CENTRES, counts, strict=True)]
    )
    return Subset(rows.astype(np.float32), np.full(len(rows), ""))


TRAIN = clusters(10, 10, 10, 10)  # fills four bins of ten


def share(evaluated: Subset, real: Subset) -> float:
    return score(evaluated, Reference(real, TRAIN))["different_bins"]


def test_equal_shares_give_no_different_bins_at_any_set_size():
    assert share(clusters(25, 25, 25, 25), clusters(50, 50, 50, 50)) == 0


def test_a_missing_mode_makes_its_bin_and_the_fuller_bin_different():
    # z of 0 of 100 against 25 of 100 is 5.3; of 50 against 25 it is 3.7; of 25 against 25 it is 0.
    assert share(clusters(0, 50, 25, 25), clusters(25, 25, 25, 25)) == 2 / 4


@pytest.mark.parametrize(("evaluated", "bins"), [((37, 21, 21, 21), 0), ((39, 21, 20, 20), 1 / 4)])
def test_the_significance_level_is_five_percent(evaluated, bins):
    # Against 25 of 100, z is 1.83 for 37, 2.12 for 39, and 0.85 for 20; the threshold is 1.96.
    assert share(clusters(*evaluated), clusters(25, 25, 25, 25)) == bins


def test_few_training_sounds_give_fewer_bins_and_a_note():
    assert "40 training sounds fill 4 bins, not 50" in note(TRAIN, Reference(TRAIN, TRAIN))


@pytest.mark.parametrize("counts", [(4, 5, 5, 5), (40, 0, 0, 0)])
def test_too_few_or_equal_training_sounds_are_not_measured(counts):
    train = clusters(*counts) if counts[1] else Subset(np.ones((40, 2), np.float32), np.full(40, ""))
    with pytest.raises(NotMeasuredError, match="do not fill two bins"):
        score(TRAIN, Reference(TRAIN, train))
