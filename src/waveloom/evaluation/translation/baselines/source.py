"""Baseline that does nothing."""

from waveloom.evaluation.translation.baselines import Request
from waveloom.evaluation.translation.sound import Sound

TITLE = "Do nothing"
MEANING = "Do nothing gives the source back: the best content, and no style of the target."


def make(request: Request) -> Sound | None:
    """Give back the source."""
    return request.source
