"""The sounds that were asked for, made and written as WAV files."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from waveloom.audio.clip import Clip
from waveloom.audio.resample import resample
from waveloom.audio.write import write_wav, write_wav_stream
from waveloom.config.errors import InputError
from waveloom.execution.progress_bar import progress_bar
from waveloom.generation.request import Wanted
from waveloom.generation.sampler import from_noise, generate
from waveloom.generation.streaming import long_sound, samples_of
from waveloom.models.descriptions import places
from waveloom.models.model import Exported, Model

AT_ONCE = 1024  # clips held in memory
Named = tuple[str, Wanted]  # a label and a sound


def write_clips(files: list[Path], sounds: list[Named], model: Model | Exported, digest: str, rate_hz: int) -> None:
    """Make a clip of each of `sounds`, and write it to its file."""
    _make_folder(files[0].parent)
    for start in range(0, len(sounds), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        for file, clip, (name, sound) in zip(files[some], _made(sounds[some], model), sounds[some], strict=True):
            samples = resample(Clip(clip, model.spec["rate_hz"]), rate_hz).samples
            write_wav(file, samples, rate_hz, f"model {digest} {sound.origin}", name)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise InputError(f"{folder} could not be made ({problem}); give another folder.") from problem


def _made(sounds: list[Named], model: Model | Exported) -> list[np.ndarray]:
    """The clips of sounds; a plain seed is not let copy, and what was asked for by more than a seed is as asked for."""

    def labels(some: list[Named]) -> list[str] | None:
        return [name for name, _ in some] if model.spec["labels"] else None

    plain, asked = ([one for one in sounds if one[1].plain is kind] for kind in (True, False))
    seeds = [sound.seed for _, sound in plain if sound.seed is not None]
    first = iter(generate(model, seeds, labels(plain)) if plain else [])
    rest = iter(from_noise(model, np.stack([sound.noise for _, sound in asked]), labels(asked)) if asked else [])
    return [next(first if sound.plain else rest) for _, sound in sounds]


def write_sounds(
    files: list[Path], sounds: list[Named], model: Model | Exported, digest: str, rate_hz: int, seconds: float
) -> None:
    """Make sounds of so many `seconds`, each without a seam, and write them as they come."""
    samples, known = samples_of(model, seconds, rate_hz), bool(model.spec["labels"])
    streams = [
        long_sound(model, sound.seed or 0, seconds, name if known else None, rate_hz, _among(model, name, sound))
        for name, sound in sounds
    ]
    _make_folder(files[0].parent)
    for file, blocks, (name, sound) in zip(files, streams, sounds, strict=True):
        with progress_bar(file.name, samples) as advance:
            told = _telling(blocks, advance)
            write_wav_stream(file, told, samples, rate_hz, f"model {digest} {sound.origin} seconds {seconds:g}", name)


def _telling(blocks: Iterable[np.ndarray], advance: Callable[[float], None]) -> Iterator[np.ndarray]:
    for block in blocks:
        yield block
        advance(block.shape[-1])


def _among(model: Model | Exported, label: str, sound: Wanted) -> np.ndarray | None:
    return places(model.spec, label, sound.description)[0] if sound.description else None
