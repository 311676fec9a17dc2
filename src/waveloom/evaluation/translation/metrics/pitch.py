"""Agreement of the fundamental frequency of output and source, where the source is monophonic."""

from typing import NamedTuple

import numpy as np

from waveloom.evaluation.translation.sound import Sound
from waveloom.features import Features
from waveloom.features.analysis import Analysis
from waveloom.features.groups import pitch

AGAINST = "source"
MEANING = (
    "Pitch, measured only where the source is monophonic (at least 80% of its sounding frames are periodic, by YIN "
    "with an aperiodicity below 0.15), up to octaves, since instruments sound in different ones: median error of the "
    "fundamental frequency in cents, the share of the periodic frames of the source whose pitch class is right within "
    "50 cents (raw chroma accuracy), and the share of all frames in which both are periodic or neither is (voicing)."
)
BETTER = {"f0_error_cents": "lower", "pitch_accuracy": "higher", "voicing_agreement": "higher"}
UNITS = {"f0_error_cents": "cents", "pitch_accuracy": "", "voicing_agreement": ""}
TOLERANCE_CENTS = 50.0
_CONFIG = Features(groups=("pitch",), floor_db=None)
_APERIODICITY = 0.15  # below: periodic
_DEPTH_DB = 40.0  # frames this far below the loudest are silent
_MONOPHONIC = 0.8  # least share of periodic frames among the sounding ones


class Pitch(NamedTuple):
    """Fundamental frequency in Hz, and whether a frame sounds and is periodic: (frames,) each."""

    f0_hz: np.ndarray
    sounding: np.ndarray
    periodic: np.ndarray


def score(output: Sound, reference: Sound) -> dict[str, float]:
    """Compare the frames of a monophonic reference; no number if it is polyphonic, noise or silence."""
    found, expected = output.measured(track), reference.measured(track)
    if not _is_monophonic(expected):
        return {}
    both = found.periodic & expected.periodic
    cents = 1200 * np.log2(found.f0_hz[both] / expected.f0_hz[both])
    cents = np.abs((cents + 600) % 1200 - 600)  # to the nearest octave
    numbers = {
        "pitch_accuracy": float((cents <= TOLERANCE_CENTS).sum() / expected.periodic.sum()),
        "voicing_agreement": float((found.periodic == expected.periodic).mean()),
    }
    return numbers | ({"f0_error_cents": float(np.median(cents))} if len(cents) else {})


def track(sound: Sound) -> Pitch:
    """Track the fundamental frequency by YIN."""
    analysis = Analysis(sound.samples[None], sound.rate_hz, _CONFIG, double_precision=False)
    measured = pitch.measure(analysis)
    energy = analysis.power[0].sum(axis=1)
    sounding = energy > energy.max(initial=0.0) * 10 ** (-_DEPTH_DB / 10)
    return Pitch(measured["f0_hz"][0], sounding, sounding & (measured["aperiodicity"][0] < _APERIODICITY))


def _is_monophonic(pitch: Pitch) -> bool:
    return bool(pitch.sounding.any() and pitch.periodic.sum() >= _MONOPHONIC * pitch.sounding.sum())
