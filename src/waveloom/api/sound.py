"""Sounds of the Python API: arrays that play in a notebook and are saved as files."""

import base64
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import SupportsIndex, overload

import numpy as np

from waveloom.audio.clip import Clip, to_mono
from waveloom.audio.write import FORMATS, write_wav
from waveloom.config.errors import InputError

SHOWN_SOUNDS = 32  # of a list in a notebook; each takes some 30 kB of the page


@dataclass(frozen=True, eq=False)
class Sound:
    """A sound: `array`, float32 in [-1, 1], (time,) or in stereo (2, time), at `rate` Hz.

    `name` is a file name without suffix, `label` may be "", and `origin` says how the sound was made: "seed 7". `seed`
    is None unless a seed alone determines the sound. `model` is the digest of the model that made it, and `comment` the
    text in a file's metadata (default: the origin or the name).
    """

    array: np.ndarray
    rate: int
    name: str = "sound"
    label: str = ""
    origin: str = ""
    seed: int | None = None
    model: str = ""
    comment: str = ""

    @property
    def seconds(self) -> float:
        """Duration."""
        return self.array.shape[-1] / self.rate

    @property
    def clip(self) -> Clip:
        """The sound as the type that the library functions take."""
        return Clip(self.array, self.rate)

    def save(self, path: str | Path) -> Path:
        """Write a file of 16 bits whose metadata state label, origin and model; a file of that name is replaced.

        InputError if the path does not end in .wav or .flac, or if it cannot be written.
        """
        file = Path(path)
        if file.suffix.lower() not in FORMATS:
            raise InputError(f"{file} does not end in {' or '.join(FORMATS)}; sounds are saved in these formats.")
        _make_folder(file.parent)
        write_wav(file, self.array, self.rate, self.comment or self.origin or self.name, self.label)
        return file

    def __repr__(self) -> str:
        about = "".join(f", {text}" for text in (self.label, self.origin) if text)
        channels = ", stereo" if self.array.ndim == 2 else ""
        return f"<Sound {self.name}: {self.seconds:.2f} s at {self.rate} Hz{channels}{about}>"

    def _repr_html_(self) -> str:
        """A player and a spectrogram, for notebooks; the audio is in the page itself."""
        from waveloom.evaluation.report.audio_players import flac, picture

        caption = escape(" · ".join(filter(None, (self.label, self.origin, f"{self.seconds:.2f} s"))))
        image, audio = (
            _uri("image/png", picture(to_mono(self.array, 1))),
            _uri("audio/flac", flac(self.array, self.rate)),
        )
        return (
            '<figure style="display:inline-block;margin:0 1em 1em 0;width:256px">'
            f'<img src="{image}" alt="Spectrogram of {escape(self.name)}" style="width:256px;height:96px">'
            f'<audio controls preload="none" style="width:256px" src="{audio}"></audio>'
            f"<figcaption>{caption}</figcaption></figure>"
        )


class Sounds(list[Sound]):
    """A list of sounds that plays in a notebook."""

    @overload
    def __getitem__(self, index: SupportsIndex) -> Sound: ...
    @overload
    def __getitem__(self, index: slice) -> "Sounds": ...
    def __getitem__(self, index: SupportsIndex | slice) -> "Sound | Sounds":
        """One sound, or those of a slice, which play, too."""
        return Sounds(super().__getitem__(index)) if isinstance(index, slice) else super().__getitem__(index)

    def save(self, folder: str | Path) -> list[Path]:
        """Write every sound into a folder, under its name; InputError if two have the same name."""
        names = [sound.name for sound in self]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise InputError(f"Two of the sounds have the name {repeated[0]!r}; save them one by one.")
        return [sound.save(Path(folder, f"{sound.name}.wav")) for sound in self]

    def _repr_html_(self) -> str:
        """The players of the first sounds, and how many more there are."""
        more = f"<p>and {len(self) - SHOWN_SOUNDS} more</p>" if len(self) > SHOWN_SOUNDS else ""
        return "".join(sound._repr_html_() for sound in self[:SHOWN_SOUNDS]) + more


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise InputError(f"{folder} could not be made ({problem}); give another folder.") from problem


def _uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
