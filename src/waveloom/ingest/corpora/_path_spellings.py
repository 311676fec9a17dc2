"""Interpretation of paths in tables: backslashes, file:// addresses, other capitals, missing suffixes."""

import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

_DRIVE = re.compile(r"[A-Za-z]:[\\/]|\\\\[^\\]")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_FILE = "file://"


def spellings(text: str) -> Iterator[str]:
    """Yield the paths that a cell of a table may mean, its exact text first."""
    variants = [text]
    for change in (_clean, _without_address, _with_slashes, unquote, posixpath.normpath):
        variants.append(change(variants[-1]))
    yield from dict.fromkeys(variants)


def reason_not_local(text: str) -> str:
    """Say why a path in a table cannot be a path of this machine; empty if it can."""
    text = _clean(text)
    if not text:
        return "no file: its name is blank"
    if _DRIVE.match(text):
        return "outside: it is a path of a Windows computer; write it relative to ingest.options.root"
    if _ADDRESS.match(text) and not text.startswith(_FILE):
        return "outside: it is an address; fetch the file and name it relative to ingest.options.root"
    return ""


def similar_path(path: str, names_in: Callable[[str], Iterable[str]], is_sound: Callable[[str], bool]) -> str | None:
    """Find the path that differs only in capitals, Unicode form or a missing suffix; None unless exactly one does.

    `names_in` lists the names in a folder, given by its path below the root ("" is the root); only sounds are found
    without their suffix.
    """
    found = ""
    parts = PurePosixPath(path).parts
    for depth, part in enumerate(parts):
        names = list(names_in(found))
        same = [name for name in names if _key(name) == _key(part)]
        if not same and depth == len(parts) - 1:
            same = [name for name in names if is_sound(name) and _key(PurePosixPath(name).stem) == _key(part)]
        if len(same) != 1:
            return None
        found = f"{found}/{same[0]}".lstrip("/")
    return found or None


def _clean(text: str) -> str:
    return text.strip().strip("\ufeff\u200b\"'").strip()


def _without_address(text: str) -> str:
    if not text.startswith(_FILE):
        return text
    path = text.removeprefix(_FILE).removeprefix("localhost")
    return unquote(path)


def _with_slashes(text: str) -> str:
    if text.startswith("~/"):
        return str(Path(text).expanduser())
    return text.replace("\\", "/")


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
