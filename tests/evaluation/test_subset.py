import numpy as np
import pytest

from waveloom.evaluation.subset import Subset, random_halves, random_subset


def points(count: int) -> Subset:
    return Subset(np.arange(float(count)), np.array([f"l{i}" for i in range(count)]))


def test_halves_are_disjoint_and_without_repetition():
    found = random_halves(9, pairs=20, seed=0)
    assert len(found) == 40
    assert {len(half) for half in found} == {4}
    for one, other in zip(found[::2], found[1::2], strict=True):
        assert len(set(one) | set(other)) == 8


def test_a_subset_of_a_subset_has_the_values_of_its_rows():
    part = points(10).take(np.array([8, 3, 5])).take(np.array([2, 0]))
    assert list(part.per_sound(lambda rows: 2 * rows)) == [10, 16]
    assert list(part.labels) == ["l5", "l8"]
    assert part.pairwise(points(4).take(np.array([1, 2])), np.subtract.outer).tolist() == [[4, 3], [7, 6]]


def test_the_whole_set_is_measured_once_for_all_its_subsets():
    calls = []

    def measure(rows: np.ndarray) -> np.ndarray:
        calls.append(len(rows))
        return rows

    whole = points(10)
    for rows in random_halves(10, pairs=3, seed=0):
        assert (whole.take(rows).per_sound(measure) == rows).all()
    assert calls == [10]


def test_a_random_subset_is_always_the_same_and_the_whole_set_if_it_is_small():
    whole = points(10)
    assert random_subset(whole, 10) is random_subset(whole, 20) is whole
    assert list(random_subset(whole, 4).labels) == list(random_subset(whole, 4).labels)
    assert len(set(random_subset(whole, 4).labels)) == 4


def test_groups_are_not_split_between_halves():
    groups = np.array(list("bbbaacdddde"))
    for one, other in zip(*[iter(random_halves(11, pairs=20, seed=0, groups=groups))] * 2, strict=True):
        first, second = set(groups[one]), set(groups[other])
        assert (len(first), len(second), first & second) == (2, 2, set())
        assert all(np.isin(np.flatnonzero(groups == name), one).all() for name in first)


def test_groups_of_one_sound_are_halved_like_sounds():
    names = np.random.default_rng(0).permutation([f"group-{number}" for number in range(9)])
    for one, other in zip(random_halves(9, 20, 0), random_halves(9, 20, 0, names), strict=True):
        assert one.tolist() == other.tolist()


def test_one_group_has_no_halves():
    assert random_halves(10, pairs=3, seed=0, groups=np.full(10, "one")) == []
    assert Subset(np.arange(10.0), np.full(10, ""), np.full(10, "one")).halves(3, 0) == []


def test_a_subset_halves_its_own_groups():
    part = Subset(np.arange(12.0), np.full(12, ""), np.repeat([0, 1, 2, 3], 3)).take(np.arange(6))
    for half in part.halves(5, 0):
        assert half.per_sound(lambda rows: rows).tolist() in ([0, 1, 2], [3, 4, 5])


@pytest.mark.parametrize("count", [0, 1])
def test_one_sound_or_none_has_no_halves(count):
    assert all(len(half) == 0 for half in random_halves(count, pairs=2, seed=0))
