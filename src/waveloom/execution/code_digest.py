"""A digest of the source code: part of the name of a cached result, since a change of the code makes it stale."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def code_files(package: Path, patterns: Iterable[str]) -> list[Path]:
    """List the files below the folder `package` that match any of the glob `patterns`, sorted."""
    return sorted({found for pattern in patterns for found in package.glob(pattern)})


def code_digest(package: Path, patterns: Iterable[str] = ("**/*.py",)) -> str:
    """SHA-256, in hex, over the names and contents of the files that match the glob `patterns`."""
    digest = hashlib.sha256()
    for path in code_files(package, patterns):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
