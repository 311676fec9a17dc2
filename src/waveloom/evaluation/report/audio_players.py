"""Audio players of the report: each sound as FLAC and spectrogram image, embedded in the page."""

import base64
import io
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import soundfile

from waveloom.audio.clip import to_mono
from waveloom.audio.report_spectra import FLOOR_DB, decibels, power
from waveloom.evaluation.metrics import Sounds
from waveloom.similarity.copies import nearest_copy

AUDIO_BUDGET = 6_000_000  # base64 characters of audio in a page; with the images, the page stays under 10 MB
_ROWS, _COLUMNS = 128, 256  # pixels of an image, at most


@dataclass(frozen=True)
class Player:
    """One sound: its `title`, and `audio` and `picture` as data URIs."""

    title: str
    audio: str
    picture: str


class ComparisonRow(NamedTuple):
    """A generated sound, its nearest training sound, and a real sound of the same label, if there is one."""

    generated: Player
    nearest: Player
    real: Player | None


def comparison_rows(generated: Sounds, train: Sounds, real: Sounds, seed: int, count: int) -> list[ComparisonRow]:
    """The first `count` generated sounds, each beside its nearest training sound and a real one of its label.

    Sounds are not selected by quality: generated ones come in the order of their seeds, the first of which is `seed`.
    Similarity is the correlation of `copies.nearest_copy`: 100% is a copy. Fewer rows, but at least one, are returned
    if `count` rows would make the page too large.
    """
    shown: list[ComparisonRow] = []
    count = min(count, len(generated))
    if not count:
        return shown
    matching: list[int] | list[None] = matching_real_rows(generated, real, count) if len(real) else [None] * count
    nearest, similarity = nearest_copy(generated.clips[:count], train.clips, train.rate_hz)
    for number, (nearest_row, correlation, real_row) in enumerate(zip(nearest, similarity, matching, strict=True)):
        row = ComparisonRow(
            _player(f"{generated.labels[number]} generated, seed {seed + number}".strip(), generated, number),
            _player(
                f"{train.labels[nearest_row]} nearest in training, {100 * correlation:.0f}% similar".strip(),
                train,
                int(nearest_row),
            ),
            None if real_row is None else _player(f"{real.labels[real_row]} recorded".strip(), real, real_row),
        )
        if shown and sum(len(player.audio) for players in [*shown, row] for player in players if player) > AUDIO_BUDGET:
            break
        shown.append(row)
    return shown


def matching_real_rows(generated: Sounds, real: Sounds, count: int) -> list[int]:
    """For each of the first `count` generated sounds, the row of a real sound, of the same label if there is one."""
    uses: dict[str, int] = {}
    rows = []
    for label in generated.labels[:count]:
        candidates = np.flatnonzero(real.labels == label)
        candidates = candidates if len(candidates) else np.arange(len(real))
        # Take rows at regular intervals, as neighbouring rows often come from one recording.
        used = uses.setdefault(label, 0)
        rows.append(int(candidates[used * max(len(candidates) // count, 1) % len(candidates)]))
        uses[label] += 1
    return rows


def _player(title: str, sounds: Sounds, index: int) -> Player:
    return player_of(title, sounds.all_channels[index], sounds.rate_hz)


def player_of(title: str, sound: np.ndarray, rate_hz: int) -> Player:
    """Make the player of one sound, (samples,) or (2, samples); its picture is that of the mean of both channels."""
    mono = to_mono(sound[None])[0]
    return Player(title, _uri("audio/flac", flac(sound, rate_hz)), _uri("image/png", picture(mono)))


def flac(clip: np.ndarray, rate_hz: int) -> bytes:
    """Encode one clip, (samples,) or (2, samples), as 16-bit FLAC, which every browser plays; half the size of WAV."""
    stream = io.BytesIO()
    soundfile.write(stream, np.clip(clip.T, -1, 1), rate_hz, "PCM_16", format="FLAC")
    return stream.getvalue()


def picture(clip: np.ndarray) -> bytes:
    """The spectrogram of one clip as PNG, frequency upward; the colours span `FLOOR_DB` to 0 dB for every clip."""
    from matplotlib.image import imsave

    stream = io.BytesIO()
    image = _fit(_fit(decibels(power(clip[None])[0]), _COLUMNS).T, _ROWS)
    metadata = {"Software": "waveloom"}  # instead of the version of matplotlib
    imsave(stream, image, vmin=FLOOR_DB, vmax=0, cmap="magma", format="png", origin="lower", metadata=metadata)
    return stream.getvalue()


def _fit(image: np.ndarray, rows: int) -> np.ndarray:
    """Reduce an image to at most `rows` rows, each the maximum of adjacent ones."""
    step = -(-len(image) // rows)
    return np.maximum.reduceat(image, np.arange(0, len(image), step), axis=0)


def _uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
