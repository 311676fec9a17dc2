import re

import pytest

from tests.hostile import Case, collections
from tests.hostile.table import MADE_WITH, PAGE, outcome, render

CASES = {f"{title}: {case.title}": case for title, cases in collections().items() for case in cases}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_input_has_the_expected_outcome_and_does_not_stop_the_decoder(case: Case):
    result = outcome(case)
    assert re.fullmatch(case.outcome, result)
    assert not result.startswith("rejected: decoder ")


@pytest.mark.skipif(
    MADE_WITH not in PAGE.read_text(), reason="messages differ between versions of Python and libsndfile"
)
def test_the_page_is_up_to_date():
    assert PAGE.read_text() == render(), "run python -m tests.hostile"


def test_there_are_at_least_sixty_cases_with_different_titles():
    assert len(CASES) == sum(map(len, collections().values())) >= 60
