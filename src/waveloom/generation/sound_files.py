"""Write generated sounds as WAV files, with the generator, seed and settings in the metadata."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from waveloom.audio.file_names import file_name, safe_labels
from waveloom.audio.write import write_stream
from waveloom.config.errors import InputError
from waveloom.execution.progress_bar import progress_bar
from waveloom.generation.plan import SoundPlan
from waveloom.generation.sounds import Sound


def new_files(folder: Path, plans: list[SoundPlan]) -> list[Path]:
    """Name a new file for each planned sound by label and stem; InputError if a file exists or two names are equal."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; give the folder for the sounds.")
    files = [folder / name for name in file_names(plans)]
    if existing := [str(file) for file in files if file.exists()]:
        raise InputError(f"{existing[0]} exists already; give another folder or another seed.")
    if len(set(files)) < len(files):
        raise InputError(f"Two sounds of one seed would have the same name in {folder}; ask for one at a time.")
    return files


def file_names(plans: list[SoundPlan]) -> list[str]:
    """Name a WAV file for each planned sound by label and stem."""
    labels = safe_labels(plan.label for plan in plans)
    return [file_name(plan.stem, labels[plan.label]) for plan in plans]


def write_sounds(files: list[Path], sounds: Iterable[Sound], digest: str) -> None:
    """Generate each sound and write it to a file, which is complete or absent; `digest` is the generator's."""
    try:
        files[0].parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise InputError(f"{files[0].parent} could not be made ({problem}); give another folder.") from problem
    for file, sound in zip(files, sounds, strict=True):
        comment = f"model {digest} {sound.plan.origin}"
        with progress_bar(file.name, sound.samples) as advance:
            blocks = _with_progress(sound.blocks, advance)
            write_stream(file, blocks, sound.samples, sound.rate_hz, comment, sound.plan.label)


def _with_progress(blocks: Iterable[np.ndarray], advance: Callable[[float], None]) -> Iterator[np.ndarray]:
    for block in blocks:
        yield block
        advance(block.shape[-1])
