"""The true target through the representation of the translator."""

from waveloom.evaluation.translation.baselines import Request
from waveloom.evaluation.translation.sound import Sound

TITLE = "Round trip of the target"
MEANING = (
    "Round trip of the target is the true target, encoded in the representation of the translator and decoded again: "
    "the best that any translator in this representation could give."
)


def make(request: Request) -> Sound | None:
    """Encode and decode the truth."""
    return None if request.truth is None else request.truth.measured(request.codec.round_trip)
