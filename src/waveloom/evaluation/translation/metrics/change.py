"""How much a system changes a sound."""

from waveloom.evaluation.paired_metrics import log_spectral_distance_db
from waveloom.evaluation.translation.sound import Sound

AGAINST = "source"
MEANING = "Change: log-spectral distance between source and output, 0 for an output that equals its source."
BETTER = {"change_db": "neither"}
UNITS = {"change_db": "dB"}


def score(output: Sound, reference: Sound) -> dict[str, float]:
    """Compare the spectrograms of output and source at their own levels."""
    return {"change_db": float(log_spectral_distance_db(reference.samples[None], output.samples[None])[0])}
