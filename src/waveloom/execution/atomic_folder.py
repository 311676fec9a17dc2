"""Replaces a folder or file atomically: it is written under a temporary name and renamed when it is complete.

Temporary names are unique, so several processes may replace the same folder at once: each succeeds, the last one wins.
A lock on the temporary folder or file shows that its writer is alive; those that a killed writer left are removed.
"""

import errno
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from waveloom.config.errors import InputError, out_of_space

try:
    import fcntl
except ImportError:  # Windows: nothing is locked, and nothing counts as abandoned
    fcntl = None  # type: ignore[assignment]

_TRIES = 1000


@contextmanager
def replaced_folder(folder: Path, first_wins: bool = False) -> Iterator[Path]:
    """Yield an empty folder to fill; if the block succeeds it replaces `folder`, else nothing changes.

    InputError if the folder cannot be created or renamed, or if the block runs out of disk space; other errors of the
    block are raised unchanged. With `first_wins`, a folder that another process has put there in the meantime stays:
    for folders that always have the same content and may already be in use.
    """
    folder = folder.resolve() if folder.is_symlink() else folder  # the target of a link is replaced, not the link
    with _explained(folder):
        new, lock = _create_locked(folder, os.mkdir)
    try:
        with _explained(folder, only_space=True):
            yield new
        with _explained(folder):
            if not (first_wins and folder.exists()):
                _put_in_place(new, folder)
    finally:
        _remove(new)
        os.close(lock)


@contextmanager
def replaced_file(path: Path) -> Iterator[Path]:
    """Yield an empty file to write; if the block succeeds it replaces `path`, else nothing changes.

    Errors are those of `replaced_folder`.
    """
    with _explained(path):
        new, lock = _create_locked(path, lambda new: new.touch(exist_ok=False))
    try:
        with _explained(path, only_space=True):
            yield new
        with _explained(path):
            os.replace(new, path)
    finally:
        _remove(new)
        os.close(lock)


def temporary_name(path: Path) -> Path:
    """Return a path in the folder of `path` that no other process, thread or call uses."""
    return path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}.partial")


@contextmanager
def _explained(path: Path, only_space: bool = False) -> Iterator[None]:
    """Turn an OSError into an InputError; with `only_space`, only one that means a full disk."""
    try:
        yield
    except OSError as problem:
        full = out_of_space(problem)
        if only_space and not full:
            raise
        raise InputError(
            f"{path} could not be written ({problem}); the previous version is unchanged. "
            f"Correct that{', for instance free some space,' if full else ''} and run again."
        ) from problem


def _create_locked(path: Path, create: Callable[[Path], None]) -> tuple[Path, int]:
    """Create and lock a temporary file or folder for `path`; return its path and the open lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(path)
    while True:
        new = temporary_name(path)
        create(new)
        with suppress(FileNotFoundError):  # another process removed it as abandoned before it was locked
            lock = os.open(new, os.O_RDONLY)
            if fcntl:
                with suppress(OSError):  # some network file systems have no locks
                    fcntl.flock(lock, fcntl.LOCK_EX)
            if new.exists():
                return new, lock
            os.close(lock)


def _put_in_place(new: Path, folder: Path) -> None:
    """Rename `new` to `folder`; try again if another process has put its folder there in between."""
    old = new.with_suffix(".old")
    for _ in range(_TRIES):
        with suppress(FileNotFoundError):
            folder.rename(old)
        try:
            if _rename(new, folder):
                return
        finally:
            if old.exists() and not folder.exists():
                _rename(old, folder)
            _remove(old)
    raise OSError(errno.EBUSY, "other processes keep replacing it", str(folder))


def _rename(source: Path, target: Path) -> bool:
    """Rename a folder; False if another process has created `target`."""
    try:
        source.rename(target)
        return True
    except OSError as problem:
        if problem.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        return False


def _remove_abandoned(path: Path) -> None:
    """Remove what killed writers of `path` left; if one was killed between two renames, put the old folder back."""
    left = re.compile(re.escape(path.name) + r"(\.\d+-[0-9a-f]{8})?\.(partial|old)")
    for found in [entry for entry in path.parent.iterdir() if left.fullmatch(entry.name)] if fcntl else []:
        with suppress(OSError):  # another process has removed it, or its writer holds the lock
            lock = os.open(found, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if found.suffix == ".old" and not path.exists():
                    found.rename(path)
                _remove(found)
            finally:
                os.close(lock)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)
