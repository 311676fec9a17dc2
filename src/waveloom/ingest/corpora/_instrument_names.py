"""Readable names of the instruments and drums of General MIDI level 1."""

import re
from functools import lru_cache

_KINDS = {"Lead": "Synth Lead", "Pad": "Synth Pad", "FX": "Synth Effect"}


@lru_cache(maxsize=1)
def program_names() -> tuple[str, ...]:
    """Names of the 128 programs, in order; variants of an instrument, such as "Slap Bass 1" and 2, have one name."""
    from pretty_midi.constants import INSTRUMENT_MAP

    return tuple(map(_readable, INSTRUMENT_MAP))


@lru_cache(maxsize=1)
def drum_names() -> dict[int, str]:
    """Names of the drum at each MIDI key of the drum kit."""
    from pretty_midi.constants import DRUM_MAP

    return {35 + number: _readable(name) for number, name in enumerate(DRUM_MAP)}


def _readable(name: str) -> str:
    """Remove numbers and signs: "Slap Bass 1" becomes "Slap Bass", "FX 1 (rain)" "Synth Effect rain"."""
    if synth := re.fullmatch(r"(Lead|Pad|FX) \d \(?(.*?)\)?", name):
        name = f"{_KINDS[synth[1]]} {synth[2]}"
    return " ".join(re.sub(r"[\d+]", " ", name).split())
