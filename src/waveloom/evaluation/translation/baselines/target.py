"""The true target as a system: the best that a translator could give."""

from waveloom.evaluation.translation.baselines import Request
from waveloom.evaluation.translation.sound import Sound

TITLE = "True target"
MEANING = (
    "True target is the same music in the target domain: its distance to the truth is zero, and the metrics against "
    "the source say what a perfect translator would reach."
)


def make(request: Request) -> Sound | None:
    """Give the truth."""
    return request.truth
