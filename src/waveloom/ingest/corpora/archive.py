"""The sounds of a .zip, .tar, .tar.gz, .tar.bz2 or .tar.xz, read as another corpus would read them unpacked."""

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
from waveloom.ingest.corpora._packed import Caps
from waveloom.ingest.corpora._table import SUFFIXES as TEXTS
from waveloom.ingest.corpora._tree import Members, is_sound
from waveloom.ingest.corpora._unpack import Member, unpack


@checked_dataclass
class Config:
    """Which archive, the folder in it that is the root, and the corpus that reads it, with that one's own options.

    What is used of it is kept in `store`, under names made from its content, and is unpacked again only if the archive
    or the caps change.
    """

    file: str = "data/00_external/sounds.zip"
    root: str = ""
    corpus: str = "folder"  # or manifest, pattern, lists
    options: dict[str, Any] = field(default_factory=dict)
    store: str = "data/00_external/.unpacked"
    caps: Caps = field(default_factory=Caps)

    def __post_init__(self) -> None:
        """Check the other corpus's options with our own."""
        _reader(self)


def files_read(config: Config) -> dict[str, str]:
    """Name what DVC watches: the archive. (`root` and the other corpus's options are about what is in it.)"""
    return {"corpus": config.file}


def recordings(config: Config, base: Path) -> Iterator[Recording]:
    """Unpack and read; every member but folders is a recording, or a row that says why it is none."""
    module, options = _reader(config)
    archive = locate(config.file, base)
    if not archive.is_file():
        raise InputError(f"ingest.options.file is {config.file!r}; there is no such file. Name an archive.")
    folder, members = unpack(archive, in_main_checkout(config.store, base), config.caps)
    below = f"{config.root.strip('/')}/".lstrip("/")
    paths = {m.name.removeprefix(below): folder / m.stored for m in members if m.stored and m.name.startswith(below)}
    used = set()
    if any(is_sound(name) or begins_as_sound(path) for name, path in paths.items()):
        for recording in module.found_in(Members(f"{archive}/{below}", paths, folder / "missing"), options):
            used.add(below + recording.name)
            yield recording
    yield from _others(archive, [member for member in members if member.name not in used])


def _reader(config: Config) -> tuple[ModuleType, Any]:
    module = plugins.load(corpora, config.corpus)
    if not hasattr(module, "found_in"):
        raise InputError(f"ingest.options.corpus is {config.corpus!r}, which cannot read an archive; folder can.")
    if "root" in config.options:
        raise InputError("ingest.options.options.root has no meaning in an archive; set ingest.options.root.")
    return module, read_config(module.Config, config.options, "ingest.options.options")


def _others(archive: Path, members: list[Member]) -> Iterator[Recording]:
    """Give a refused recording for each; names that several have are told apart."""
    times: Counter[str] = Counter()
    for member in members:
        times[member.name] += 1
        again = f" ({times[member.name]})" if times[member.name] > 1 else ""
        text = PurePosixPath(member.name).suffix.lower() in TEXTS
        unused = "no sound: it is a text" if text else "unused: the corpus does not name it"
        yield Recording(f"{archive.name}/{member.name}{again}", archive, reason=member.reason or unused)
