"""What a generator's model.json says of the sounds that it remembers."""

import json

import numpy as np

from waveloom.models.descriptions import known, places, recorded

SPEC = {"labels": ["bell", "dog"]}


def test_a_text_is_kept_once_and_each_place_has_the_number_of_its_own():
    kept = recorded(["Celesta", "Tubular Bells", "Celesta", "", "barks"], np.array([0, 0, 0, 1, 1]))
    assert kept == {"texts": ["", "Celesta", "Tubular Bells", "barks"], "places": [[1, 2, 1], [0, 3]]}
    spec = {**SPEC, "descriptions": kept}
    assert known(spec) == {"bell": ("Celesta", "Tubular Bells"), "dog": ("barks",)}
    at, count = places(spec, "bell", "Celesta")
    assert (at.tolist(), count) == ([0, 2], 3)


def test_where_nothing_is_said_nothing_is_kept_and_a_model_without_it_knows_none():
    assert recorded(["", ""], np.array([0, 1])) == {}
    assert recorded([], np.array([], int)) == {}
    assert known(SPEC) == {}


def test_of_a_long_text_the_beginning_is_kept():
    assert recorded(["so " * 1000], np.array([0]))["texts"] == [("so " * 84)[:250].strip()]


def test_what_is_kept_fits_into_json():
    kept = recorded(["a", "b"], np.array([0, 0], np.int32))
    assert json.loads(json.dumps(kept)) == kept
