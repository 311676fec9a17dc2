import re

import pytest

from tests.hostile import Case, collections
from tests.hostile.table import MADE_WITH, PAGE, outcome, render

CASES = {f"{title}: {case.title}": case for title, cases in collections().items() for case in cases}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_it_comes_out_as_it_should_and_harms_nobody(case: Case):
    came_out = outcome(case)
    assert re.fullmatch(case.outcome, came_out)
    assert not came_out.startswith("rejected: decoder ")


@pytest.mark.skipif(
    MADE_WITH not in PAGE.read_text(), reason="messages differ between versions of Python and libsndfile"
)
def test_the_page_says_what_came_out():
    assert PAGE.read_text() == render(), "run python -m tests.hostile"


def test_there_are_sixty_at_least_no_two_alike():
    assert len(CASES) == sum(map(len, collections().values())) >= 60
