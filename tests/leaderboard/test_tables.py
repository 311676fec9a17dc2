import pytest

from tests.leaderboard.entries import entry
from waveloom.config.errors import InputError
from waveloom.leaderboard.tables import require_one_table, tables


def test_the_least_distance_is_first():
    (table,) = tables([entry("b", 12.0), entry("a", 3.0), entry("c", 40.0)])
    assert [row.entry.name for row in table.rows] == ["a", "b", "c"]
    assert [row.place for row in table.rows] == [1, 2, 3]


def test_a_difference_within_its_own_interval_is_noise():
    """Half intervals 3 and 4 make 5 of the difference: 4.9 is noise, 5.1 is not."""
    (table,) = tables([entry("a", 0.0, 3.0), entry("b", 4.9, 4.0), entry("c", 5.1, 4.0)])
    assert [row.against_best for row in table.rows] == ["best", "within noise", "worse"]
    assert [row.against_above for row in table.rows] == ["best", "within noise", "within noise"]


def test_without_an_interval_significance_is_unknown():
    (table,) = tables([entry("a", 0.0, None), entry("b", 90.0)])
    assert table.rows[1].against_best == "unknown: no interval"


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("clips", "xyz"),
        ("embedding", "mfcc 2"),
        ("generated sounds", "64"),
        ("real sounds", "64"),
        ("evaluation seed", "1"),
    ],
)
def test_different_conditions_make_separate_tables_and_strict_refuses_them(condition, value):
    found = tables([entry("a", 1.0), entry("b", 2.0), entry("c", 0.1, **{condition: value})])
    assert [[row.entry.name for row in table.rows] for table in found] == [["a", "b"], ["c"]]
    assert [table.difference for table in found] == ["", f"other {condition} ({value})"]
    with pytest.raises(InputError, match="c has other"):
        require_one_table(found)
    require_one_table(found[:1])


def test_the_order_of_runs_does_not_matter():
    some = [entry("a", 1.0), entry("b", 1.0), entry("c", 0.5, clips="other")]
    assert tables(some) == tables(some[::-1])
