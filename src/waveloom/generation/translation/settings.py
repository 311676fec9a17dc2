"""How a sound is to be translated."""

from dataclasses import dataclass

from waveloom.generation.request import RequestError


@dataclass(frozen=True)
class Transfer:
    """Settings of one translation; RequestError for values out of range."""

    strength: float = 1.0  # 0: the sound as it is, 1: the translation; levels in dB are interpolated between
    seed: int = 0  # of the phases of bins that have hardly any sound
    match_loudness: bool = True  # the translation gets the loudness of the source; else the network's own

    def __post_init__(self) -> None:
        if not 0 <= self.strength <= 1:
            raise RequestError(
                "strength", f"is {self.strength:g}; give a number from 0 (the sound as it is) to 1 (the translation)."
            )
        if self.seed < 0:
            raise RequestError("seed", f"is {self.seed}; seeds are 0 or more.")
