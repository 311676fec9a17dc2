"""What General MIDI level 1 calls its instruments, said so that one can read it aloud."""

import re
from functools import lru_cache

_KINDS = {"Lead": "Synth Lead", "Pad": "Synth Pad", "FX": "Synth Effect"}


@lru_cache(maxsize=1)
def programs() -> tuple[str, ...]:
    """The 128 programs, in order; two of one instrument are called the same, as nobody says "Slap Bass 2"."""
    from pretty_midi.constants import INSTRUMENT_MAP

    return tuple(map(_aloud, INSTRUMENT_MAP))


@lru_cache(maxsize=1)
def drums() -> dict[int, str]:
    """What each MIDI key of the drum kit strikes."""
    from pretty_midi.constants import DRUM_MAP

    return {35 + number: _aloud(name) for number, name in enumerate(DRUM_MAP)}


def _aloud(name: str) -> str:
    """Leave out numbers and signs: "Slap Bass 1" is a slap bass, "FX 1 (rain)" a synth effect rain."""
    if synth := re.fullmatch(r"(Lead|Pad|FX) \d \(?(.*?)\)?", name):
        name = f"{_KINDS[synth[1]]} {synth[2]}"
    return " ".join(re.sub(r"[\d+]", " ", name).split())
