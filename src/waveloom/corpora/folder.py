"""A folder of sound files, one sub-folder a class."""

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from waveloom.config import config
from waveloom.corpora import Recording
from waveloom.errors import InputError

READ = {
    ".wav",
    ".wave",
    ".flac",
    ".ogg",
    ".oga",
    ".opus",
    ".mp3",
    ".aif",
    ".aiff",
    ".aifc",
    ".au",
    ".caf",
    ".w64",
    ".rf64",
}
# Sounds that libsndfile cannot read are recordings too: each is rejected with the reason, not passed over.
NOT_READ = {".m4a", ".aac", ".wma", ".wv", ".ape"}
SUFFIXES = READ | NOT_READ


@config
class Config:
    """Where the sounds are; `group` says what must stay together: each file by itself, or the files of one folder."""

    root: str = "data/00_external"
    group: Literal["file", "folder"] = "file"
    licence: str = ""
    attribution: str = ""


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Walk below `root`, sorted: the first folder is the label, however deep the file lies."""
    root = base / config.root
    if not root.is_dir():
        raise InputError(
            f"ingest.options.root is {config.root!r}; there is no such folder. Name one that holds sounds."
        )
    files = list(_sounds(root))
    if not files:
        raise InputError(f"{root} holds no sound files ({', '.join(sorted(READ))}); name another folder.")
    labels = {_label(path) for path in files}
    if "" in labels and len(labels) > 1:
        stray = next(path for path in files if _label(path) == "")
        raise InputError(f"{root / stray} lies beside the folders that name classes; move it into one of them.")
    for path in files:
        name = path.as_posix()
        group = path.parent.as_posix() if config.group == "folder" else name
        yield Recording(name, root / path, None, _label(path), group, "", config.licence, config.attribution)


def _label(path: Path) -> str:
    # Systems spell an accented letter in one or two code points; a class has one spelling.
    return unicodedata.normalize("NFC", path.parts[0]) if len(path.parts) > 1 else ""


def _sounds(root: Path) -> Iterator[Path]:
    """Find visible sound files, relative to `root`; linked folders inside it are met where they are."""
    inside = root.resolve()
    for folder, subfolders, files in os.walk(root):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in [*subfolders, *sorted(files)]:
            path = Path(folder, name)
            if path.is_symlink() and not path.resolve().is_relative_to(inside):
                raise InputError(f"{path} is a link out of {root}; put the files themselves there.")
            if name in files and not name.startswith(".") and path.suffix.lower() in SUFFIXES:
                yield path.relative_to(root)
