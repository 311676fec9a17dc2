from typing import Annotated

import pytest
from pydantic import Field

from waveloom.config.checked import checked_dataclass, overlay, read_config
from waveloom.config.errors import InputError


@checked_dataclass
class Inner:
    rate_hz: Annotated[int, Field(gt=0)] = 16000


@checked_dataclass
class Outer:
    steps: int = 10
    inner: Inner = Inner()


def test_a_tree_becomes_a_dataclass_level_by_level():
    assert read_config(Outer, {"inner": {"rate_hz": 8000}}, "train") == Outer(inner=Inner(rate_hz=8000))


def test_no_tree_gives_the_defaults():
    assert read_config(Outer, None, "train") == Outer()


def test_a_misspelt_key_is_named_with_the_allowed_ones():
    with pytest.raises(InputError, match=r"train\.stpes is not a parameter\. Did you mean 'steps'\?.*steps, inner"):
        read_config(Outer, {"stpes": 3}, "train")


def test_a_misspelt_key_deep_in_the_tree_is_named_by_its_whole_path():
    with pytest.raises(InputError, match=r"train\.inner\.rate is not .* train\.inner takes: rate_hz"):
        read_config(Outer, {"inner": {"rate": 3}}, "train")


def test_a_wrong_type_is_named_with_its_value():
    with pytest.raises(InputError, match=r"train\.steps is 'many'; .*integer"):
        read_config(Outer, {"steps": "many"}, "train")


def test_a_value_out_of_range_is_named_with_the_rule():
    with pytest.raises(InputError, match=r"train\.inner\.rate_hz is 0; .*greater than 0"):
        read_config(Outer, {"inner": {"rate_hz": 0}}, "train")


def test_all_errors_are_reported_at_once():
    with pytest.raises(InputError, match=r"(?s)train\.a .*train\.b "):
        read_config(Outer, {"a": 1, "b": 2}, "train")


def test_a_config_is_frozen():
    with pytest.raises(AttributeError):
        Outer().steps = 3


def test_overlay_changes_only_its_own_keys_and_neither_argument():
    tree, over = {"a": {"b": 1, "c": 2}}, {"a": {"c": 3}}
    assert overlay(tree, over) == {"a": {"b": 1, "c": 3}}
    assert (tree, over) == ({"a": {"b": 1, "c": 2}}, {"a": {"c": 3}})
