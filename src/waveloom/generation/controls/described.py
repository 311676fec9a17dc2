"""Sounds of those remembered ones that a description means."""

import re
from collections.abc import Mapping
from typing import Any

from waveloom.generation.request import Wanted
from waveloom.models.descriptions import places
from waveloom.models.layers.selection import select_among

SHORT = 60  # characters of a description in a file's name


def called(sound: Wanted, spec: Mapping[str, Any], label: str, description: str) -> Wanted:
    """Have a sound be woven of one of the label's remembered ones of that description above all; "" leaves it alone.

    Of those the noise chooses as it did of all: a third of the way from the darkest to the brightest stays there.
    What else the noise says stays.
    """
    if not description:
        return sound
    noise = select_among(sound.noise, *places(spec, label, description))
    short = re.sub(r"[^0-9A-Za-z]+", "_", description).strip("_")[:SHORT]
    stem, origin = f"{short}-{sound.stem}", f"{sound.origin} called {description}"
    return Wanted(stem, origin, sound.seed, noise, description)
