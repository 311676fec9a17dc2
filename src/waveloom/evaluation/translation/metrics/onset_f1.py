"""Agreement of the onsets of output and source."""

import numpy as np

from waveloom.evaluation.translation.sound import Sound

AGAINST = "source"
TOLERANCE_SECONDS = 0.05
MEANING = (
    "Onset F1: onsets of the output that lie within 50 ms of an onset of the source, each counted once: harmonic mean "
    "of precision and recall (detection by librosa's spectral flux, matching by mir_eval)."
)
BETTER = {"onset_f1": "higher"}
UNITS = {"onset_f1": ""}
HOP = 256  # samples


def score(output: Sound, reference: Sound) -> dict[str, float]:
    """Match the onsets of both; 1 if neither has an onset, 0 if only one of them has."""
    from mir_eval.onset import f_measure

    found, expected = output.measured(onsets), reference.measured(onsets)
    if not len(found) or not len(expected):
        return {"onset_f1": float(len(found) == len(expected))}
    return {"onset_f1": float(f_measure(expected, found, TOLERANCE_SECONDS)[0])}


def onsets(sound: Sound) -> np.ndarray:
    """Times of the onsets in seconds, ascending; none in silence."""
    from librosa.onset import onset_detect

    if not sound.samples.any():
        return np.empty(0)
    return np.unique(onset_detect(y=sound.samples, sr=sound.rate_hz, hop_length=HOP, units="time"))
