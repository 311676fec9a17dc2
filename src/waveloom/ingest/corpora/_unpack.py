"""The sounds and tables of an archive, kept under the SHA-256 of their bytes."""

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from waveloom.audio import file_signatures
from waveloom.audio.digests import fingerprint
from waveloom.config.errors import InputError
from waveloom.execution.atomic_folder import replaced_folder
from waveloom.ingest.corpora import _table
from waveloom.ingest.corpora._packed import BLOCK, BROKEN, NO_BOMB, Caps, Packed, members
from waveloom.ingest.corpora._tree import is_hidden, is_sound

NESTED = {".zip", ".tar", ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz", ".zst", ".7z", ".rar"}
INDEX = "members.json"
NO_SOUND = "no sound: "


class Member(NamedTuple):
    """A member: its name, the file in the store that has its bytes, and the reason if there is none."""

    name: str
    stored: str
    reason: str


def unpack(archive: Path, store: Path, caps: Caps) -> tuple[Path, list[Member]]:
    """Put what can be used of the archive into a folder of the store, and list every member that is not a folder.

    The folder is named by the bytes of the archive and the caps, so the same archive is unpacked once; it is written
    aside and renamed when it is whole.
    """
    key = hashlib.sha256(f"{fingerprint(archive)} {caps} any suffix".encode()).hexdigest()[:16]
    folder = store / key
    if not folder.is_dir():
        with replaced_folder(folder, first_wins=True) as aside:
            try:
                found = _refuse_twins(list(_unpacked(archive, aside, caps)))
            except OSError as error:  # a full disk, say; what the archive itself does wrong is an InputError
                raise InputError(f"{archive} cannot be unpacked into {store}: {error.strerror}.") from None
            (aside / "incoming").unlink(missing_ok=True)
            (aside / INDEX).write_text(json.dumps(found, ensure_ascii=True), encoding="ascii")
    return folder, [Member(*fields) for fields in json.loads((folder / INDEX).read_text(encoding="ascii"))]


def unused(store: Path, used: Iterable[Path]) -> list[Path]:
    """List the folders of the store, half-written ones too, in which none of the files `used` lies."""
    kept = {path.parent for path in used}
    return sorted(folder for folder in store.glob("*") if folder.is_dir() and folder not in kept)


def _unpacked(archive: Path, folder: Path, caps: Caps) -> Iterator[Member]:
    total = 0
    for member in members(archive, caps):
        if reason := _misnamed(member.name):
            yield Member(member.name, "", reason)
            continue
        name = str(PurePosixPath(member.name.replace("\\", "/")))
        reason = member.reason or _unwanted(name)
        if reason and not reason.startswith(NO_SOUND):
            yield Member(name, "", reason)
            continue
        stored, size, reason = _keep(member, PurePosixPath(name).suffix.lower(), folder, caps, reason)
        total += size
        if total > caps.max_total_gb * 1e9:
            raise InputError(f"{archive} unpacks to more than ingest.options.caps.max_total_gb.")
        yield Member(name, stored, reason)


def _misnamed(name: str) -> str:
    parts = name.replace("\\", "/").split("/")
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in name):
        return "name: it has control signs, or is not UTF-8"
    if not parts[0] or parts[0][1:2] == ":":
        return "name: it is empty or absolute"
    return "name: it leads upwards" if ".." in parts else ""


def _unwanted(name: str) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    if is_hidden(name):
        return "hidden"
    if suffix in NESTED:
        return "nested archive"
    return "" if is_sound(name) or suffix in _table.SUFFIXES else f"{NO_SOUND}{suffix or 'no suffix'}"


def _keep(member: Packed, suffix: str, folder: Path, caps: Caps, no_sound: str = "") -> tuple[str, int, str]:
    """Write the member's bytes; give the file's name, how many were read, and the reason to refuse them.

    With the reason `no_sound` it is refused unless it begins as a sound does.
    """
    digest, size, incoming = hashlib.sha256(), 0, folder / "incoming"
    with incoming.open("wb") as file:
        for block in _blocks(member):
            if isinstance(block, str):
                return "", size, no_sound or block
            if no_sound and not size and not file_signatures.is_sound(block[: file_signatures.FIRST_BYTES]):
                return "", size, no_sound
            size += len(block)
            if size > caps.max_member_mb * 1e6:
                return "", size, f"too large: more than {caps.max_member_mb:g} MB"
            if member.size and size > max(NO_BOMB, caps.max_ratio * member.size):
                return "", size, f"ratio: it unpacks to more than {caps.max_ratio:g} times its size"
            digest.update(block)
            file.write(block)
    if no_sound and not size:
        return "", size, no_sound
    stored = digest.hexdigest() + suffix
    incoming.replace(folder / stored)
    return stored, size, ""


def _blocks(member: Packed) -> Iterator[bytes | str]:
    """Read to the end; what cannot be read is the reason, in words."""
    try:
        with member.content() as content:
            while block := content.read(BLOCK):
                yield block
    except InputError:
        raise
    except BROKEN as error:
        yield f"damaged: {str(error) or 'it is cut short'}"


def _refuse_twins(found: list[Member]) -> list[Member]:
    """Refuse every member whose name another has too: unpackers disagree on which of them is meant."""
    times = Counter(member.name for member in found)
    return [
        m if times[m.name] == 1 else Member(m.name, "", f"duplicate: {times[m.name]} have this name") for m in found
    ]
