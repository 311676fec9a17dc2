"""Translators of the Python API: a sound in, the same music in the timbre of another domain out."""

import os
import warnings
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from waveloom.api.generator import keywords_named_in_errors
from waveloom.api.sound import Sound
from waveloom.api.sources import Source, checked_clip
from waveloom.audio.file_names import safe_label
from waveloom.generation.translation.files import comment
from waveloom.generation.translation.loudness import level_db
from waveloom.generation.translation.settings import Transfer
from waveloom.generation.translation.source_file import examine, read_blocks
from waveloom.generation.translator import Translator as Engine

_KEYWORD_OF_FIELD = {"target": "to"}


class Translator:
    """A translator of sounds, trained or exported; the same sound and settings always give the same result."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def domains(self) -> list[str]:
        """The domains it was trained on, to which it translates."""
        return list(self._engine.domains)

    @property
    def rate(self) -> int:
        """Sample rate in Hz at which it works; translations have no frequencies above half of it."""
        return self._engine.rate_hz

    @property
    def digest(self) -> str:
        """SHA-256 of the trained model, in hex, which also identifies its exports."""
        return self._engine.digest

    def transfer(self, sound: Source, to: str, *, strength: float = 1.0, seed: int = 0) -> Sound:
        """Translate a file, a `Sound`, or a pair of array and rate in Hz to the domain `to`.

        Length, rate, channels and loudness stay. `strength` is from 0, the sound as it is, to 1, the translation, and
        `seed` that of the phases of frequencies with hardly any sound. A warning is given for a sound unlike those of
        the training. InputError for an unknown domain, and for a sound that cannot be read.
        """
        with keywords_named_in_errors(_KEYWORD_OF_FIELD):
            settings = Transfer(strength, seed)
            self._engine.check_target(to)
        name, blocks, rate, level = _opened(sound)
        translation = self._engine.stream(blocks, rate, to, settings, level)
        samples = np.concatenate(list(translation), axis=-1)
        if translation.outcome.warning:
            warnings.warn(f"{name}: {translation.outcome.warning}.", stacklevel=2)
        origin = f"{name} to {to} strength {strength:g} seed {seed}"
        array = samples[0] if len(samples) == 1 else samples
        file_name = f"{Path(name).stem}-{safe_label(to)}"
        return Sound(array, rate, file_name, to, origin, None, self.digest, comment(self.digest, to, settings))

    def __repr__(self) -> str:
        return f"<Translator {self.digest[:12]}: {', '.join(self.domains)}; {self.rate} Hz>"


def _opened(sound: Source) -> tuple[str, Iterable[np.ndarray], int, float]:
    """The name of a sound, its blocks (channels, any), its rate in Hz, and its level."""
    if isinstance(sound, str | os.PathLike):
        examined = examine(Path(sound).expanduser())
        return examined.path.name, read_blocks(examined), examined.header.rate, examined.level_db
    name, clip = (sound.name, sound.clip) if isinstance(sound, Sound) else ("sound", checked_clip(*sound))
    samples = np.atleast_2d(clip.samples)
    return name, [samples], clip.rate, level_db(samples, clip.rate)
