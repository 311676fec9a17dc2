import numpy as np
import pytest

from waveloom.evaluation.points import Part, draw, halves


def points(count: int) -> Part:
    return Part(np.arange(float(count)), np.array([f"l{i}" for i in range(count)]))


def test_halves_are_disjoint_pairs_without_repetition():
    found = halves(9, pairs=20, seed=0)
    assert len(found) == 40
    assert {len(half) for half in found} == {4}
    for one, other in zip(found[::2], found[1::2], strict=True):
        assert len(set(one) | set(other)) == 8


def test_a_part_of_a_part_gives_what_its_rows_give():
    part = points(10).take(np.array([8, 3, 5])).take(np.array([2, 0]))
    assert list(part.each(lambda rows: 2 * rows)) == [10, 16]
    assert list(part.labels) == ["l5", "l8"]
    assert part.between(points(4).take(np.array([1, 2])), np.subtract.outer).tolist() == [[4, 3], [7, 6]]


def test_the_whole_is_measured_once_for_all_its_parts():
    calls = []

    def measure(rows: np.ndarray) -> np.ndarray:
        calls.append(len(rows))
        return rows

    whole = points(10)
    for rows in halves(10, pairs=3, seed=0):
        assert (whole.take(rows).each(measure) == rows).all()
    assert calls == [10]


def test_drawing_fewer_is_the_same_each_time_and_drawing_more_is_all():
    whole = points(10)
    assert draw(whole, 10) is draw(whole, 20) is whole
    assert list(draw(whole, 4).labels) == list(draw(whole, 4).labels)
    assert len(set(draw(whole, 4).labels)) == 4


def test_halves_of_groups_are_of_whole_groups():
    groups = np.array(list("bbbaacdddde"))
    for one, other in zip(*[iter(halves(11, pairs=20, seed=0, groups=groups))] * 2, strict=True):
        first, second = set(groups[one]), set(groups[other])
        assert (len(first), len(second), first & second) == (2, 2, set())
        assert all(np.isin(np.flatnonzero(groups == name), one).all() for name in first)


def test_halves_of_groups_of_one_are_halves_of_sounds():
    names = np.random.default_rng(0).permutation([f"group-{number}" for number in range(9)])
    for one, other in zip(halves(9, 20, 0), halves(9, 20, 0, names), strict=True):
        assert one.tolist() == other.tolist()


def test_one_group_has_no_halves():
    assert halves(10, pairs=3, seed=0, groups=np.full(10, "one")) == []
    assert Part(np.arange(10.0), np.full(10, ""), np.full(10, "one")).halves(3, 0) == []


def test_a_part_halves_the_groups_it_has():
    part = Part(np.arange(12.0), np.full(12, ""), np.repeat([0, 1, 2, 3], 3)).take(np.arange(6))
    for half in part.halves(5, 0):
        assert half.each(lambda rows: rows).tolist() in ([0, 1, 2], [3, 4, 5])


@pytest.mark.parametrize("count", [0, 1])
def test_what_cannot_be_halved_has_empty_halves(count):
    assert all(len(half) == 0 for half in halves(count, pairs=2, seed=0))
