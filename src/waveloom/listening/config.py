"""Settings of a listening test."""

from typing import Annotated

from pydantic import Field

from waveloom.config.checked import checked_dataclass
from waveloom.listening.scales import Kind


@checked_dataclass
class Listen:
    """Contents of a study, and where ratings are stored; `seed` determines every random choice."""

    kind: Kind = "acr"
    sounds: Annotated[int, Field(ge=2)] = 12  # per generator; number of pairs if two are compared
    references: Annotated[int, Field(ge=0)] = 6  # hidden references: real sounds, not labelled as such (acr)
    anchors: Annotated[int, Field(ge=0)] = 3  # low anchors: real sounds with strong signal-dependent noise (acr)
    traps: Annotated[int, Field(ge=0)] = 2  # trapping items with one right answer, to detect inattentive listeners
    lufs: Annotated[float, Field(ge=-60, le=0)] = -26.0  # loudness of every sound
    seed: Annotated[int, Field(ge=0)] = 0
    draws: Annotated[int, Field(ge=100)] = 2000  # bootstrap replicates for the confidence intervals
    database: str = "sqlite:///data/07_listening/listening.db"  # any SQLAlchemy URL
