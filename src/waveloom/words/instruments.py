"""What General MIDI says is in each of its families: a reed is an oboe, a clarinet, a saxophone."""

import re
from functools import lru_cache

_KINDS = {"Lead": "synth lead", "Pad": "synth pad", "FX": "synth effect"}


@lru_cache(maxsize=1)
def families() -> dict[str, tuple[str, ...]]:
    """Give the instruments of each family by its plain name, "drums" (the keys of the drum kit) among them."""
    from pretty_midi.constants import DRUM_MAP, INSTRUMENT_CLASSES, INSTRUMENT_MAP

    programs = {
        family.lower(): INSTRUMENT_MAP[8 * index : 8 * index + 8] for index, family in enumerate(INSTRUMENT_CLASSES)
    }
    return {
        family: tuple(dict.fromkeys(map(_plain, names))) for family, names in (programs | {"drums": DRUM_MAP}).items()
    }


def _plain(name: str) -> str:
    """Leave out numbers and ways of playing: "Slap Bass 1" is a slap bass, "FX 1 (rain)" a synth effect rain."""
    if synth := re.fullmatch(r"(Lead|Pad|FX) \d \(?(.*?)\)?", name):
        name = f"{_KINDS[synth[1]]} {synth[2]}"
    return " ".join(re.sub(r"\(.*?\)|[\d+]", " ", name).lower().split())
