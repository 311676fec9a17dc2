import numpy as np
import pytest

from waveloom.listening.agreement import alpha_ordinal

_ = np.nan
# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section C: four observers, twelve units, gaps.
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ]
)


def test_alpha_of_krippendorffs_own_example():
    assert alpha_ordinal(PUBLISHED) == pytest.approx(0.815, abs=0.0005)


def test_full_agreement_is_one_and_the_order_of_listeners_does_not_matter():
    assert alpha_ordinal(np.tile([1.0, 2, 5, 3], (3, 1))) == pytest.approx(1)
    assert alpha_ordinal(PUBLISHED[::-1]) == pytest.approx(alpha_ordinal(PUBLISHED))


def test_random_scores_have_no_agreement():
    assert abs(alpha_ordinal(np.random.default_rng(0).integers(1, 6, (20, 400)).astype(float))) < 0.02


@pytest.mark.parametrize("scores", [np.full((3, 4), 2.0), np.full((2, 3), _), np.array([[1.0, _], [_, 2.0]])])
def test_too_few_or_equal_scores_have_no_alpha(scores):
    assert alpha_ordinal(scores) is None
