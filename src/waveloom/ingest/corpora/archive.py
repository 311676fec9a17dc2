"""Reads a .zip, .tar, .tar.gz, .tar.bz2 or .tar.xz archive, with another corpus for its content."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import field
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

from waveloom.audio.file_signatures import begins_as_sound
from waveloom.config import plugins
from waveloom.config.checked import checked_dataclass, read_config
from waveloom.config.errors import InputError
from waveloom.execution.main_checkout import in_main_checkout, locate
from waveloom.ingest import corpora
from waveloom.ingest.corpora import Recording
from waveloom.ingest.corpora._archive_members import Caps
from waveloom.ingest.corpora._archive_tree import ArchiveTree
from waveloom.ingest.corpora._sound_suffixes import is_sound
from waveloom.ingest.corpora._table import SUFFIXES as TABLE_SUFFIXES
from waveloom.ingest.corpora._unpack import UnpackedMember, unpack


@checked_dataclass
class Config:
    """Which archive, the folder in it that is the root, and the corpus that reads it, with the options of that corpus.

    Usable members are stored in `store`, in files named by their digests, and unpacked again only if the archive or the
    caps change.
    """

    file: str = "data/00_external/sounds.zip"
    root: str = ""
    corpus: str = "folder"  # or manifest, pattern, lists
    options: dict[str, Any] = field(default_factory=dict)
    store: str = "data/00_external/.unpacked"
    caps: Caps = field(default_factory=Caps)

    def __post_init__(self) -> None:
        """Check the options of the other corpus."""
        _reader(self)


def files_read(config: Config) -> dict[str, str]:
    """Name what DVC tracks: the archive; `root` and the other corpus's options refer to its content."""
    return {"corpus": config.file}


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Unpack and read; every member except folders gives a recording, or a rejected one with the reason."""
    module, options = _reader(config)
    archive = locate(config.file, base)
    if not archive.is_file():
        raise InputError(f"ingest.options.file is {config.file!r}; there is no such file. Name an archive.")
    folder, members = unpack(archive, in_main_checkout(config.store, base), config.caps)
    below = f"{config.root.strip('/')}/".lstrip("/")
    paths = {m.name.removeprefix(below): folder / m.stored for m in members if m.stored and m.name.startswith(below)}
    used = set()
    if any(is_sound(name) or begins_as_sound(path) for name, path in paths.items()):
        for recording in module.found_in(ArchiveTree(f"{archive}/{below}", paths, folder / "missing"), options):
            used.add(below + recording.name)
            yield recording
    yield from _unused(archive, [member for member in members if member.name not in used])


def _reader(config: Config) -> tuple[ModuleType, Any]:
    module = plugins.load(corpora, config.corpus)
    if not hasattr(module, "found_in"):
        raise InputError(f"ingest.options.corpus is {config.corpus!r}, which cannot read an archive; folder can.")
    if "root" in config.options:
        raise InputError("ingest.options.options.root has no meaning in an archive; set ingest.options.root.")
    return module, read_config(module.Config, config.options, "ingest.options.options")


def _unused(archive: Path, members: list[UnpackedMember]) -> Iterator[Recording]:
    """Yield a rejected recording for each member; repeated names are numbered."""
    counts: Counter[str] = Counter()
    for member in members:
        counts[member.name] += 1
        again = f" ({counts[member.name]})" if counts[member.name] > 1 else ""
        is_text = PurePosixPath(member.name).suffix.lower() in TABLE_SUFFIXES
        reason = "no sound: it is a text" if is_text else "unused: the corpus does not name it"
        yield Recording(f"{archive.name}/{member.name}{again}", archive, reason=member.reason or reason)
