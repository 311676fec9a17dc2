"""The sounds that a function of the Python API receives: files, folders, arrays or earlier results."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from waveloom.api.sound import Sound
from waveloom.audio.clip import Clip
from waveloom.audio.decode import Limits, Rejected, decode_all
from waveloom.config.errors import InputError
from waveloom.ingest.corpora._folder_tree import Folder
from waveloom.ingest.corpora._tree import sounds_in

Source = Sound | str | os.PathLike[str] | tuple[np.ndarray, int]  # a path may be that of a folder
Sources = Source | Iterable[Source]
LIMITS = Limits(min_seconds=0.0)


def read_sounds(sounds: Sources) -> list[tuple[str, Clip]]:
    """Read sounds, each with a name: a folder's are named below it; an array's name is its number.

    InputError if there are none, or if one cannot be read.
    """
    read = [named for number, source in enumerate(_sources(sounds)) for named in _read(source, number)]
    if not read:
        raise InputError("There are no sounds; give a folder, files, or arrays with their rates.")
    return read


def is_one_source(sounds: Sources) -> bool:
    """Whether `sounds` is one file, folder, array or sound, and not a collection of them."""
    return isinstance(sounds, str | os.PathLike | Sound) or _is_array_and_rate(sounds)


def _sources(sounds: Sources) -> Iterable[Source]:
    return [sounds] if is_one_source(sounds) else sounds  # type: ignore[list-item, return-value]


def _is_array_and_rate(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], np.ndarray)


def _read(source: Source, number: int) -> Iterator[tuple[str, Clip]]:
    if isinstance(source, Sound):
        yield source.name, source.clip
    elif isinstance(source, tuple):
        yield str(number), checked_clip(*source)
    elif isinstance(source, str | os.PathLike):
        yield from _read_path(Path(source).expanduser())
    else:
        raise InputError(f"{source!r} is no sound; give a path, a Sound, or a pair of array and rate in Hz.")


def _read_path(path: Path) -> Iterator[tuple[str, Clip]]:
    names = {sound.name: sound.path for sound in sounds_in(Folder(path))} if path.is_dir() else {str(path): path}
    for (name, file), decoded in zip(names.items(), decode_all(names.values(), LIMITS, "mix"), strict=True):
        if isinstance(decoded.clip, Rejected):
            raise InputError(f"{file} cannot be used ({decoded.clip}); leave {name} out, or correct it.")
        yield name, decoded.clip


def checked_clip(samples: np.ndarray, rate: int) -> Clip:
    """Make a clip of an array, (time,) or (2, time), at `rate` Hz; InputError for another shape or invalid values."""
    if samples.ndim not in (1, 2) or (samples.ndim == 2 and len(samples) != 2) or not samples.shape[-1]:
        raise InputError(f"The array has the shape {samples.shape}; give (time,), or (2, time) in stereo.")
    if not np.issubdtype(samples.dtype, np.floating):
        raise InputError(f"The array has the type {samples.dtype}; give floats in [-1, 1].")
    if not np.isfinite(samples).all():
        raise InputError("The array has NaN or infinite samples; correct them.")
    if rate <= 0:
        raise InputError(f"The rate is {rate}; give the number of samples per second.")
    return Clip(samples.astype(np.float32), int(rate))
