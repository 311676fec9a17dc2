from collections import Counter
from itertools import pairwise

import pytest

from waveloom.listening.presentation_order import presentation_order


@pytest.mark.parametrize("count", [1, 2, 4, 7, 10])
def test_every_listener_receives_every_stimulus_once(count):
    assert all(sorted(presentation_order(who, count, 0)) == list(range(count)) for who in range(3 * count))


@pytest.mark.parametrize("count", [4, 5, 10])
def test_positions_and_successors_are_balanced(count):
    """Williams' square: over a full round each stimulus is equally often at each position and after each other."""
    rows = [presentation_order(who, count, 3) for who in range(count * (1 + count % 2))]
    places = Counter((place, stimulus) for row in rows for place, stimulus in enumerate(row))
    follows = Counter(pair for row in rows for pair in pairwise(row))
    assert len(places) == count**2
    assert len(set(places.values())) == 1
    assert len(follows) == count * (count - 1)
    assert len(set(follows.values())) == 1


def test_the_seed_shuffles_the_square():
    assert presentation_order(0, 12, 0) == presentation_order(0, 12, 0) != presentation_order(0, 12, 1)


def test_no_stimuli_have_an_empty_order():
    assert presentation_order(0, 0, 0) == []
