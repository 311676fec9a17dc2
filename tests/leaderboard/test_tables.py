import pytest

from tests.leaderboard.entries import entry
from waveloom.config.errors import InputError
from waveloom.leaderboard.render import cell_text
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


def test_what_has_no_interval_is_not_ranked_and_comes_last():
    (table,) = tables([entry("a", 0.0, None), entry("b", 90.0), entry("c", 1.0, None)])
    assert [(row.entry.name, row.place) for row in table.rows] == [("b", 1), ("a", None), ("c", None)]
    assert [row.against_best for row in table.rows] == ["best", "unknown: no interval", "unknown: no interval"]
    assert {row.against_above for row in table.rows[1:]} == {"unknown: no interval"}
    assert cell_text("place", None) == "not ranked"


def test_nothing_is_best_where_no_interval_was_measured():
    (table,) = tables([entry("a", 1.0, None)])
    assert [(row.place, row.against_best) for row in table.rows] == [(None, "unknown: no interval")]


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
