"""Unpacking of the sounds and tables of an archive into files named by their SHA-256."""

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from waveloom.audio import file_signatures
from waveloom.audio.digests import file_digest
from waveloom.config.errors import InputError
from waveloom.execution.atomic_folder import replaced_folder
from waveloom.ingest.corpora import _table
from waveloom.ingest.corpora._archive_members import (
    BLOCK,
    RATIO_FREE,
    READ_ERRORS,
    ArchiveMember,
    Caps,
    archive_members,
)
from waveloom.ingest.corpora._sound_suffixes import is_hidden, is_sound

NESTED = {".zip", ".tar", ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz", ".zst", ".7z", ".rar"}
INDEX = "members.json"
NO_SOUND = "no sound: "


class UnpackedMember(NamedTuple):
    """A member: its name, the file in the store with its bytes, and the reason if there is none."""

    name: str
    stored: str
    reason: str


def unpack(archive: Path, store: Path, caps: Caps) -> tuple[Path, list[UnpackedMember]]:
    """Unpack the usable members into a folder of the store, and list every member that is not a folder.

    The folder is named by a digest of the archive and the caps, so the same archive is unpacked once. It is written
    under a temporary name and renamed when complete.
    """
    key = hashlib.sha256(f"{file_digest(archive)} {caps} any suffix".encode()).hexdigest()[:16]
    folder = store / key
    if not folder.is_dir():
        with replaced_folder(folder, first_wins=True) as new_folder:
            try:
                unpacked = _reject_repeated_names(list(_unpacked(archive, new_folder, caps)))
            except OSError as error:  # such as a full disk; faults of the archive are InputErrors
                raise InputError(f"{archive} cannot be unpacked into {store}: {error.strerror}.") from None
            (new_folder / "incoming").unlink(missing_ok=True)
            (new_folder / INDEX).write_text(json.dumps(unpacked, ensure_ascii=True), encoding="ascii")
    return folder, [UnpackedMember(*fields) for fields in json.loads((folder / INDEX).read_text(encoding="ascii"))]


def unused_folders(store: Path, used: Iterable[Path]) -> list[Path]:
    """List the folders of the store, incomplete ones too, that contain none of the files `used`."""
    used_folders = {path.parent for path in used}
    return sorted(folder for folder in store.glob("*") if folder.is_dir() and folder not in used_folders)


def _unpacked(archive: Path, folder: Path, caps: Caps) -> Iterator[UnpackedMember]:
    total = 0
    for member in archive_members(archive, caps):
        if reason := _name_reason(member.name):
            yield UnpackedMember(member.name, "", reason)
            continue
        name = str(PurePosixPath(member.name.replace("\\", "/")))
        reason = member.reason or _type_reason(name)
        if reason and not reason.startswith(NO_SOUND):
            yield UnpackedMember(name, "", reason)
            continue
        stored, size, reason = _store(member, PurePosixPath(name).suffix.lower(), folder, caps, reason)
        total += size
        if total > caps.max_total_gb * 1e9:
            raise InputError(f"{archive} unpacks to more than ingest.options.caps.max_total_gb.")
        yield UnpackedMember(name, stored, reason)


def _name_reason(name: str) -> str:
    parts = name.replace("\\", "/").split("/")
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in name):
        return "name: it has control signs, or is not UTF-8"
    if not parts[0] or parts[0][1:2] == ":":
        return "name: it is empty or absolute"
    return "name: it leads upwards" if ".." in parts else ""


def _type_reason(name: str) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    if is_hidden(name):
        return "hidden"
    if suffix in NESTED:
        return "nested archive"
    return "" if is_sound(name) or suffix in _table.SUFFIXES else f"{NO_SOUND}{suffix or 'no suffix'}"


def _store(member: ArchiveMember, suffix: str, folder: Path, caps: Caps, no_sound: str = "") -> tuple[str, int, str]:
    """Write the member's bytes; return the file's name, the number of bytes read, and the reason if it is rejected.

    With the reason `no_sound` it is rejected unless its first bytes are those of a sound.
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
            if member.size and size > max(RATIO_FREE, caps.max_ratio * member.size):
                return "", size, f"ratio: it unpacks to more than {caps.max_ratio:g} times its size"
            digest.update(block)
            file.write(block)
    if no_sound and not size:
        return "", size, no_sound
    stored = digest.hexdigest() + suffix
    incoming.replace(folder / stored)
    return stored, size, ""


def _blocks(member: ArchiveMember) -> Iterator[bytes | str]:
    """Read to the end; if that fails, the last item is the reason as text."""
    try:
        with member.content() as content:
            while block := content.read(BLOCK):
                yield block
    except InputError:
        raise
    except READ_ERRORS as error:
        yield f"damaged: {str(error) or 'it is cut short'}"


def _reject_repeated_names(members: list[UnpackedMember]) -> list[UnpackedMember]:
    """Reject all members with the same name: unpackers disagree on which of them is valid."""
    counts = Counter(member.name for member in members)
    return [
        m if counts[m.name] == 1 else UnpackedMember(m.name, "", f"duplicate: {counts[m.name]} have this name")
        for m in members
    ]
