"""Sounds as a page can carry them: one FLAC and one picture each, inside the page itself."""

import base64
import io
from dataclasses import dataclass

import numpy as np
import soundfile

from waveloom.evaluation.metrics import Sounds
from waveloom.evaluation.spectra import FLOOR_DB, decibels, power

AUDIO_BUDGET = 6_000_000  # characters of audio in a page; with pictures it stays under 10 MB
_ROWS, _COLUMNS = 128, 256  # of a picture, at most


@dataclass(frozen=True)
class Player:
    """One sound to hear and see: `title`, and `audio` and `picture` as data URIs."""

    title: str
    audio: str
    picture: str


def pairs(generated: Sounds, real: Sounds, seed: int, count: int) -> list[tuple[Player, Player]]:
    """The first `count` generated sounds, each beside a real one: of its own label where there is one.

    Nothing is chosen by its quality: generated sounds come in the order of their seeds, the first of which is `seed`,
    and real ones in the set's.
    Fewer come where `count` would make the page too heavy.
    """
    shown: list[tuple[Player, Player]] = []
    for number, partner in enumerate(_partners(generated, real, min(count, len(generated)))):
        label, real_label = generated.labels[number], real.labels[partner]
        pair = (
            _player(f"{label} generated, seed {seed + number}".strip(), generated.clips[number], generated.rate_hz),
            _player(f"{real_label} recorded".strip(), real.clips[partner], real.rate_hz),
        )
        if sum(len(player.audio) for both in [*shown, pair] for player in both) > AUDIO_BUDGET:
            break
        shown.append(pair)
    return shown


def _partners(generated: Sounds, real: Sounds, count: int) -> list[int]:
    turns: dict[str, int] = {}
    partners = []
    for label in generated.labels[:count]:
        alike = np.flatnonzero(real.labels == label)
        alike = alike if len(alike) else np.arange(len(real))
        # Steps through the set, so that neighbours, which are often of one recording, are not all that is heard.
        turn = turns.setdefault(label, 0)
        partners.append(int(alike[turn * max(len(alike) // count, 1) % len(alike)]))
        turns[label] += 1
    return partners


def _player(title: str, clip: np.ndarray, rate_hz: int) -> Player:
    return Player(title, _uri("audio/flac", flac(clip, rate_hz)), _uri("image/png", picture(clip)))


def flac(clip: np.ndarray, rate_hz: int) -> bytes:
    """One clip (samples,) as 16-bit FLAC, which every current browser plays at half the size of WAV."""
    stream = io.BytesIO()
    soundfile.write(stream, np.clip(clip, -1, 1), rate_hz, "PCM_16", format="FLAC")
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
