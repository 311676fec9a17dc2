"""The same music by another program of the target domain."""

from waveloom.evaluation.translation.baselines import Request
from waveloom.evaluation.translation.sound import Sound

TITLE = "Other program of the target"
MEANING = (
    "Other program of the target is the same music played by a second instrument of the target domain: how far two "
    "true targets are apart."
)


def make(request: Request) -> Sound | None:
    """Give the second sound of the pair in the target domain."""
    return request.other
