"""Translation of files: which file becomes which, and writing with metadata that state how it was made."""

import json
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np

from waveloom.audio.write import FORMATS, write_stream
from waveloom.config.errors import InputError, name_list
from waveloom.execution.progress_bar import progress_bar
from waveloom.generation.translation.measurements import Outcome
from waveloom.generation.translation.settings import Transfer
from waveloom.generation.translation.source_file import examine, read_blocks
from waveloom.generation.translator import Translator
from waveloom.ingest.corpora._sound_suffixes import is_hidden, is_sound

# Of the IPTC's vocabulary of digital source types: a recording that a trained model has altered.
SYNTHETIC = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"


class FilePlan(NamedTuple):
    """A file to translate, and the new file that it becomes."""

    source: Path
    target: Path


def plan_files(source: Path, target: Path) -> list[FilePlan]:
    """Plan the translation of a file to a new file, or of the sounds in a folder to new files of the same names.

    In a folder, formats that are not written become .wav. InputError if nothing can be read, or if a file exists.
    """
    if source.is_dir():
        return _plan_folder(source, target)
    if not source.exists():
        raise InputError(f"{source} does not exist; give a sound file, or a folder of them.")
    if target.is_dir():
        raise InputError(f"{target} is a folder; give the new file, such as {target / source.name}.")
    if target.suffix.lower() not in FORMATS:
        raise InputError(f"{target} does not end in {' or '.join(FORMATS)}, the formats that are written.")
    _check_new([target])
    return [FilePlan(source, target)]


def other_files(folder: Path) -> list[Path]:
    """List visible files in a folder that are no sounds, which are not translated; none for a file."""
    names = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return [name for name in names if not is_hidden(name.as_posix()) and not is_sound(name.name)]


def translate_file(plan: FilePlan, translator: Translator, target: str, settings: Transfer) -> Outcome:
    """Translate one file to the domain `target`; InputError, with nothing written, if the file cannot be used."""
    examined = examine(plan.source)
    rate_hz, frames = examined.header.rate, examined.header.frames
    translation = translator.stream(read_blocks(examined), rate_hz, target, settings, examined.level_db)
    text = comment(translator.digest, target, settings)
    try:
        plan.target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise InputError(f"{plan.target.parent} could not be made ({problem}); give another folder.") from problem
    with progress_bar(plan.target.name, frames) as advance:
        write_stream(plan.target, _with_progress(translation, advance), frames, rate_hz, text, target)
    return translation.outcome


def _plan_folder(source: Path, target: Path) -> list[FilePlan]:
    if target.exists() and not target.is_dir():
        raise InputError(f"{target} is a file, and {source} a folder; give a folder for the translations.")
    if target.resolve().is_relative_to(source.resolve()):
        raise InputError(f"{target} lies in {source}; give a folder outside, or the translations would be sources.")
    names = [path.relative_to(source) for path in sorted(source.rglob("*")) if path.is_file()]
    names = [name for name in names if not is_hidden(name.as_posix()) and is_sound(name.name)]
    if not names:
        raise InputError(f"{source} holds no sound files.")
    plans = [
        FilePlan(source / name, target / written) for name, written in zip(names, _written_names(names), strict=True)
    ]
    _check_new([plan.target for plan in plans])
    return plans


def _written_names(names: list[Path]) -> list[Path]:
    """Names with the suffix of a format that is written; names that would be equal keep their own suffix before it."""
    wanted = [name if name.suffix.lower() in FORMATS else name.with_suffix(".wav") for name in names]
    taken = [str(name).casefold() for name in wanted]
    return [
        one if name == one or taken.count(str(one).casefold()) == 1 else name.with_name(f"{name.name}.wav")
        for name, one in zip(names, wanted, strict=True)
    ]


def _check_new(files: list[Path]) -> None:
    if existing := [str(file) for file in files if file.exists()]:
        subject = f"{existing[0]} exists" if len(existing) == 1 else f"{name_list(existing)} exist"
        raise InputError(f"{subject} already, and no file is overwritten; give another name.")


def comment(digest: str, target: str, settings: Transfer) -> str:
    """Metadata in JSON: how the sound was made, and that it is synthetic."""
    made_by = {"software": f"waveloom {version('waveloom')}", "model": digest}
    how = {"target": target, "strength": settings.strength, "seed": settings.seed}
    return json.dumps({"digital_source_type": SYNTHETIC, **made_by, **how})


def _with_progress(blocks: Iterable[np.ndarray], advance: Callable[[float], None]) -> Iterator[np.ndarray]:
    for block in blocks:
        yield block
        advance(block.shape[-1])
