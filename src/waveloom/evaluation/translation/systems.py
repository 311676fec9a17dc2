"""The systems of an evaluation: the translator and the baselines, and the sounds they make."""

from typing import Any, NamedTuple, Protocol

import numpy as np

from waveloom.audio.clip import Clip
from waveloom.audio.resample import resample
from waveloom.config import plugins
from waveloom.evaluation.translation import baselines
from waveloom.evaluation.translation.sound import Sound

TRANSLATED = "translated"
SOURCE, ROUND_TRIP, TARGET = "source", "round_trip", "target"  # baselines that an evaluation treats by name
REAL = -1
ORDER = (SOURCE, "mean_eq", "musaicing", ROUND_TRIP, "other_program", TARGET)  # of the baselines in tables


class Translator(Protocol):
    """What an evaluation needs of a translator; `settings` are its own, such as strength and seed."""

    @property
    def domains(self) -> list[str]:
        """The names of the domains."""

    def translate(self, clip: Clip, target: str, settings: Any) -> Clip:
        """Translate a clip of any rate into a domain, with the length and rate of the clip."""


class Made(NamedTuple):
    """A sound that a system made: from the domain `source` into `target`, from a `piece`.

    `number` is that of the translation; real sounds, which have the system `TARGET` and no source, have `REAL`.
    """

    system: str
    source: str
    target: str
    piece: str
    number: int
    sound: Sound

    @property
    def without_sound(self) -> "Made":
        """The same with an empty sound, to save memory."""
        return self._replace(sound=Sound(self.sound.samples[:0].copy(), self.sound.rate_hz))


class Inference(NamedTuple):
    """A translator with its settings, and the rate at which its outputs are measured."""

    translator: Translator
    settings: Any
    rate_hz: int

    def translated(self, clip: Clip, target: str) -> Clip:
        """Translate a clip."""
        return self.translator.translate(clip, target, self.settings)

    def sound(self, clip: Clip, length: int) -> Sound:
        """The sound of a translated clip at the rate of the model, `length` samples long."""
        samples = np.asarray(resample(clip.mono, self.rate_hz).samples, np.float32)
        return Sound(samples, self.rate_hz).fitted_to(length)


def baseline_names() -> list[str]:
    """The baselines in the order of the tables; those not in `ORDER` come last."""
    return sorted(plugins.available(baselines), key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))


def baseline_titles() -> dict[str, str]:
    """The title of each baseline, in the order of the tables."""
    return {name: plugins.load(baselines, name).TITLE for name in baseline_names()}
