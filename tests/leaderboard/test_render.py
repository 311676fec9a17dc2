import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

from tests.leaderboard.entries import entry
from waveloom.leaderboard.entry import ExcludedRun
from waveloom.leaderboard.render import COLUMNS, as_dict, bar, comma_separated, markdown, page
from waveloom.leaderboard.tables import tables

FOUND = tables([entry("a", 1.25), entry("b | <i>", 1.5), entry("c", 9.0), entry("d", 0.1, clips="xyz")])
LEFT = [ExcludedRun("0123456789", "e", "its run is running")]


def test_csv_has_full_precision_and_every_row():
    rows = list(csv.DictReader(io.StringIO(comma_separated(FOUND))))
    assert [row["name"] for row in rows] == ["a", "b | <i>", "c", "d"]
    assert [float(row["kernel_distance"]) for row in rows] == [1.25, 1.5, 9.0, 0.1]
    assert [row["table"] for row in rows] == ["1", "1", "1", "2"]
    assert rows[3]["clips"] == "xyz"


def test_markdown_rows_have_equal_numbers_of_cells_and_tables_name_their_difference():
    text = markdown(FOUND, LEFT)
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {len(COLUMNS) + 1}
    assert "not comparable with table 1, other clips (xyz)" in text
    assert "e (01234567): its run is running" in text
    assert "<i>" not in text


def test_the_page_needs_no_network_and_escapes_names():
    text = page(FOUND, LEFT)
    assert not re.search(r"""(src|href)=|url\(|@import|https?:""", text)
    assert "b | &lt;i&gt;" in text
    seen = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: seen.append(tag)
    parser.feed(text)
    assert seen.count("table") == 2
    assert seen.count("script") == 1
    assert "default-src 'none'" in text


def test_missing_values_are_shown_as_not_measured():
    (table,) = tables([replace(entry("a", 1.0), minutes=None)])
    assert "not measured" in page([table], [])
    assert as_dict([table], [])["tables"][0]["rows"][0]["minutes"] is None


def test_bars_have_one_scale():
    table = FOUND[0]
    first, last = bar(table.rows[0], table), bar(table.rows[-1], table)
    assert first["low"] == 0
    assert last["high"] == 100
    assert first["low"] < first["score"] < first["high"]
