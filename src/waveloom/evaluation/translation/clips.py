"""Clips of the sounds of all systems, cut and levelled as the stage prepare does."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from waveloom.evaluation.translation.sound import Sound
from waveloom.evaluation.translation.systems import Made
from waveloom.preparation.config import Prepare
from waveloom.preparation.frame import crop_or_pad, overlapping_starts
from waveloom.preparation.level import level, peak


class Batch(NamedTuple):
    """Sounds of systems, and the clips (n, samples) of each different one of them; `which` of these each sound has."""

    made: list[Made]
    clips: list[np.ndarray]
    which: list[int]

    @property
    def joined(self) -> np.ndarray:
        """The clips of all different sounds: (n, samples)."""
        return np.concatenate(self.clips)

    def per_sound(self, rows: np.ndarray) -> list[np.ndarray]:
        """Split the rows (n, ...) of the joined clips by sound: one part for each of `made`."""
        parts = np.split(rows, np.cumsum([len(clips) for clips in self.clips])[:-1])
        return [parts[number] for number in self.which]


def batch_of(made: Iterable[Made], prepare: Prepare) -> Batch:
    """Cut the sounds into clips; a sound that several systems or translations share is cut once."""
    made = list(made)
    numbers: dict[int, int] = {}
    for one in made:
        numbers.setdefault(id(one.sound), len(numbers))
    different = {id(one.sound): one.sound for one in made}
    return Batch(made, [clips_of(sound, prepare) for sound in different.values()], [numbers[id(m.sound)] for m in made])


def clips_of(sound: Sound, prepare: Prepare) -> np.ndarray:
    """Cut a sound into adjacent clips (n, samples), levelled as `prepare` levels them; silent ones are left out.

    A sound that is silent throughout gives one silent clip. A last clip that would be less than half full is left out.
    """
    size = prepare.samples
    starts = overlapping_starts(len(sound.samples), size, size // 2)
    clips = np.stack([crop_or_pad(sound.samples, size, 0, start) for start in starts])
    peaks = peak(clips)
    audible = (peaks > 0) & (peaks >= peaks.max() * 10 ** (-prepare.silence_db / 20))
    if not audible.any():
        return clips[:1]
    return level(clips[audible], prepare.level, prepare.level_db, prepare.rate_hz).clips
