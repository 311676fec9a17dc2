"""The descriptions of stored sounds in a generator's model.json."""

import json

import numpy as np

from waveloom.models.descriptions import description_table, descriptions_by_label, stored_positions

SPEC = {"labels": ["bell", "dog"]}


def test_each_distinct_text_is_stored_once_and_each_position_refers_to_its_own():
    table = description_table(["Celesta", "Tubular Bells", "Celesta", "", "barks"], np.array([0, 0, 0, 1, 1]))
    assert table == {"texts": ["", "Celesta", "Tubular Bells", "barks"], "places": [[1, 2, 1], [0, 3]]}
    spec = {**SPEC, "descriptions": table}
    assert descriptions_by_label(spec) == {"bell": ("Celesta", "Tubular Bells"), "dog": ("barks",)}
    positions, count = stored_positions(spec, "bell", "Celesta")
    assert (positions.tolist(), count) == ([0, 2], 3)


def test_without_any_text_the_table_is_empty_and_labels_have_no_descriptions():
    assert description_table(["", ""], np.array([0, 1])) == {}
    assert description_table([], np.array([], int)) == {}
    assert descriptions_by_label(SPEC) == {}


def test_a_long_text_is_cut_at_its_end():
    assert description_table(["so " * 1000], np.array([0]))["texts"] == [("so " * 84)[:250].strip()]


def test_the_table_survives_json():
    table = description_table(["a", "b"], np.array([0, 0], np.int32))
    assert json.loads(json.dumps(table)) == table
