"""Sounds as a page can carry them: one FLAC and one picture each, inside the page itself."""

import base64
import io
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import soundfile

from waveloom.audio.report_spectra import FLOOR_DB, decibels, power
from waveloom.evaluation.metrics import Sounds
from waveloom.similarity.copies import nearest_copy

AUDIO_BUDGET = 6_000_000  # characters of audio in a page; with pictures it stays under 10 MB
_ROWS, _COLUMNS = 128, 256  # of a picture, at most


@dataclass(frozen=True)
class Player:
    """One sound to hear and see: `title`, and `audio` and `picture` as data URIs."""

    title: str
    audio: str
    picture: str


class Trio(NamedTuple):
    """A generated sound, the training sound most like it, and one that it was to be like, if there is one."""

    generated: Player
    nearest: Player
    real: Player | None


def trios(generated: Sounds, train: Sounds, real: Sounds, seed: int, count: int) -> list[Trio]:
    """The first `count` generated sounds, each beside its nearest training sound and a real one of its label.

    Nothing is chosen by its quality: generated sounds come in the order of their seeds, the first of which is `seed`,
    and real ones in the set's. How alike two sounds are is said by `copies.nearest_copy`: 100% is a copy.
    Fewer come where `count` would make the page too heavy, one at least.
    """
    shown: list[Trio] = []
    count = min(count, len(generated))
    if not count:
        return shown
    beside: list[int] | list[None] = partners(generated, real, count) if len(real) else [None] * count
    nearest, likeness = nearest_copy(generated.clips[:count], train.clips, train.rate_hz)
    for number, (near, like, partner) in enumerate(zip(nearest, likeness, beside, strict=True)):
        trio = Trio(
            _player(f"{generated.labels[number]} generated, seed {seed + number}".strip(), generated, number),
            _player(f"{train.labels[near]} nearest in training, {100 * like:.0f}% alike".strip(), train, int(near)),
            None if partner is None else _player(f"{real.labels[partner]} recorded".strip(), real, partner),
        )
        if shown and sum(len(player.audio) for three in [*shown, trio] for player in three if player) > AUDIO_BUDGET:
            break
        shown.append(trio)
    return shown


def partners(generated: Sounds, real: Sounds, count: int) -> list[int]:
    """For each of the first `count` generated sounds the row of a real one, of its label if there is any."""
    turns: dict[str, int] = {}
    found = []
    for label in generated.labels[:count]:
        alike = np.flatnonzero(real.labels == label)
        alike = alike if len(alike) else np.arange(len(real))
        # Steps through the set, so that neighbours, which are often of one recording, are not all that is heard.
        turn = turns.setdefault(label, 0)
        found.append(int(alike[turn * max(len(alike) // count, 1) % len(alike)]))
        turns[label] += 1
    return found


def _player(title: str, sounds: Sounds, number: int) -> Player:
    heard, seen = flac(sounds.whole[number], sounds.rate_hz), picture(sounds.clips[number])
    return Player(title, _uri("audio/flac", heard), _uri("image/png", seen))


def flac(clip: np.ndarray, rate_hz: int) -> bytes:
    """One clip, (samples,) or (2, samples), as 16-bit FLAC: every browser plays it, at half the size of WAV."""
    stream = io.BytesIO()
    soundfile.write(stream, np.clip(clip.T, -1, 1), rate_hz, "PCM_16", format="FLAC")
    return stream.getvalue()


def picture(clip: np.ndarray) -> bytes:
    """The spectrogram of one clip as PNG, frequency upward; the colours span `FLOOR_DB` to 0 dB for every clip."""
    from matplotlib.image import imsave

    stream = io.BytesIO()
    image = _fit(_fit(decibels(power(clip[None])[0]), _COLUMNS).T, _ROWS)
    tag = {"Software": "waveloom"}  # instead of matplotlib's version
    imsave(stream, image, vmin=FLOOR_DB, vmax=0, cmap="magma", format="png", origin="lower", metadata=tag)
    return stream.getvalue()


def _fit(image: np.ndarray, rows: int) -> np.ndarray:
    """Keep the loudest of neighbouring rows, so that at most `rows` are left."""
    step = -(-len(image) // rows)
    return np.maximum.reduceat(image, np.arange(0, len(image), step), axis=0)


def _uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
