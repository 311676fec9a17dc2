import pytest

from waveloom.config import plugins
from waveloom.config.errors import InputError
from waveloom.training import objectives


def test_each_module_is_a_plug_in():
    assert {"bce", "hinge"} <= set(plugins.available(objectives))
    assert plugins.load(objectives, "hinge").__name__ == "waveloom.training.objectives.hinge"


def test_an_unknown_name_raises_an_error_that_lists_the_plug_ins():
    with pytest.raises(InputError, match=r"no 'hing' in objectives; choose from .*hinge"):
        plugins.load(objectives, "hing")
