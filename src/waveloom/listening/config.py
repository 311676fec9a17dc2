"""The knobs of a listening test."""

from typing import Annotated

from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.listening.scales import Kind


@checked_dataclass
class Listen:
    """What a study is made of, and where ratings are kept; every draw follows from `seed`."""

    kind: Kind = "acr"
    sounds: Annotated[int, Field(ge=2)] = 12  # of each generator; pairs, where two are compared
    references: Annotated[int, Field(ge=0)] = 6  # real sounds among them, not named as such (acr)
    anchors: Annotated[int, Field(ge=0)] = 3  # real sounds with coarse noise, the low end of the scale (acr)
    traps: Annotated[int, Field(ge=0)] = 2  # items with one right answer, for those who do not listen
    lufs: Annotated[float, Field(ge=-60, le=0)] = -26.0  # loudness of every sound
    seed: Annotated[int, Field(ge=0)] = 0
    draws: Annotated[int, Field(ge=100)] = 2000  # of the bootstrap behind the intervals
    database: str = "sqlite:///data/07_listening/listening.db"  # any SQLAlchemy URL
