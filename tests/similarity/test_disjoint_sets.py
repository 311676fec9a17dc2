import pandas as pd

from waveloom.similarity.disjoint_sets import join, merge_groups, root


def test_joined_sets_have_the_lowest_position_as_root():
    parents = list(range(5))
    join(parents, 3, 4)
    join(parents, 4, 1)
    assert [root(parents, position) for position in range(5)] == [0, 1, 2, 1, 1]


def test_linked_groups_have_the_name_that_comes_first():
    table = pd.DataFrame({"group": ["b", "a", "c", "d"]})
    assert merge_groups(table, [("d", "a"), ("c", "d")])["group"].tolist() == ["b", "a", "a", "a"]
    assert merge_groups(table, [])["group"].tolist() == ["b", "a", "c", "d"]
