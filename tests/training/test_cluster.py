import json

import pytest

from waveloom.config.errors import InputError
from waveloom.training.cluster import EXAMPLE, Machine, this_machine

TWO = {"worker": ["a:1", "b:2"]}


def machine(cluster, kind="worker", index=0):
    return this_machine({"TF_CONFIG": json.dumps({"cluster": cluster, "task": {"type": kind, "index": index}})})


def test_the_first_worker_is_the_chief_where_none_is_named():
    assert [machine(TWO, index=index) for index in (0, 1)] == [Machine(2, 0), Machine(2, 1)]
    assert machine(TWO).is_chief
    assert not machine(TWO, index=1).is_chief


def test_a_named_chief_comes_before_the_workers():
    cluster = {"chief": ["c:3"], **TWO}
    assert machine(cluster, "chief").is_chief
    assert [machine(cluster, index=index) for index in (0, 1)] == [Machine(3, 1), Machine(3, 2)]


def test_the_example_in_the_error_is_right():
    assert this_machine({"TF_CONFIG": EXAMPLE}) == Machine(2, 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not set"),
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ('{"cluster": {"worker": ["a:1"]}}', "cannot be read.*task"),
        ('{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": "x"}}', "cannot be read"),
        ('{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 1}}', "worker 1, which"),
        ('{"cluster": {"worker": ["a:1"]}, "task": {"type": "chief", "index": 0}}', "chief 0, which"),
        ('{"cluster": {"ps": ["a:1"]}, "task": {"type": "ps", "index": 0}}', "names ps"),
        ('{"cluster": {}, "task": {"type": "worker", "index": 0}}', "names no machine"),
        ('{"cluster": {"chief": ["a:1", "b:1"]}, "task": {"type": "chief", "index": 0}}', "at most one chief"),
        ('{"cluster": {"worker": ["a"]}, "task": {"type": "worker", "index": 0}}', "'a', not host:port"),
        ('{"cluster": {"worker": ["a:1", "a:1"]}, "task": {"type": "worker", "index": 0}}', "address twice"),
    ],
)
def test_an_environment_that_cannot_be_used_is_refused_with_an_example(text, message):
    with pytest.raises(InputError, match=message) as error:
        this_machine({"TF_CONFIG": text})
    assert EXAMPLE in str(error.value)
