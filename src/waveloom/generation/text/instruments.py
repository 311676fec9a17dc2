"""What General MIDI says is in each of its families: a reed is an oboe, a clarinet, a saxophone."""

import re
from functools import lru_cache

from waveloom.ingest.corpora._instrument_names import drum_names, program_names
from waveloom.ingest.corpora._soundfont import FAMILIES


@lru_cache(maxsize=1)
def families() -> dict[str, tuple[str, ...]]:
    """Give the instruments of each family by its plain name, "drums" (the keys of the drum kit) among them."""
    of_each = {
        label.replace("_", " "): program_names()[8 * place : 8 * place + 8] for place, label in enumerate(FAMILIES)
    }
    known = of_each | {"drums": tuple(drum_names().values())}
    return {family: tuple(dict.fromkeys(map(_plain, names))) for family, names in known.items()}


def _plain(name: str) -> str:
    """Leave out capitals and ways of playing."""
    return " ".join(re.sub(r"\(.*?\)", " ", name).lower().split())
