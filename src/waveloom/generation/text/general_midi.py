"""The instruments of each General MIDI family: a reed is an oboe, a clarinet, a saxophone."""

import re
from functools import lru_cache

from waveloom.ingest.corpora._instrument_names import drum_names, program_names
from waveloom.ingest.corpora._soundfont import FAMILIES


@lru_cache(maxsize=1)
def families() -> dict[str, tuple[str, ...]]:
    """Map each family's plain name to its instruments; "drums" maps to the keys of the drum kit."""
    instruments = {label.replace("_", " "): program_names()[8 * n : 8 * n + 8] for n, label in enumerate(FAMILIES)}
    instruments["drums"] = tuple(drum_names().values())
    return {family: tuple(dict.fromkeys(map(_plain, names))) for family, names in instruments.items()}


def _plain(name: str) -> str:
    """Remove capitals and, in brackets, playing techniques."""
    return " ".join(re.sub(r"\(.*?\)", " ", name).lower().split())
