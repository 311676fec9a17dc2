import pytest

from waveloom.config import plugins
from waveloom.config.errors import InputError
from waveloom.training import objectives


def test_a_file_is_a_choice():
    assert {"bce", "hinge"} <= set(plugins.available(objectives))
    assert plugins.load(objectives, "hinge").__name__ == "waveloom.training.objectives.hinge"


def test_an_unknown_choice_is_answered_with_the_known_ones():
    with pytest.raises(InputError, match=r"no 'hing' in objectives; choose from .*hinge"):
        plugins.load(objectives, "hing")
