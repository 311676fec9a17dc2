import pandas as pd

from waveloom.ingest.value_counts import value_counts


def test_the_most_frequent_value_is_first_and_ties_are_alphabetical():
    counts = value_counts(pd.Series(["b", "c", "a", "c", None, "b"]))
    assert list(counts.items()) == [("b", 2), ("c", 2), ("a", 1)]


def test_an_empty_column_has_no_counts():
    assert value_counts(pd.Series(dtype=str)) == {}
