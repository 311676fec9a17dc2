"""Locks on folders, each held by one process at a time; the system releases them when it ends, however it ends."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from waveloom.config.errors import InputError

try:
    import fcntl
except ImportError:  # Windows: nothing is locked
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger(__name__)

HOLDER = "process.txt"  # in the folder while it is locked


@contextmanager
def exclusive_lock(folder: Path, what: str) -> Iterator[None]:
    """Hold the lock on `folder`, made if it is missing; InputError if another process holds it.

    `what` says in the error what that process does. On a file system without locks nothing is locked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock, holder = os.open(folder, os.O_RDONLY), folder / HOLDER
    try:
        _lock(lock, holder, what)
        holder.write_text(str(os.getpid()))
        try:
            yield
        finally:
            holder.unlink(missing_ok=True)
    finally:
        os.close(lock)


def _lock(lock: int, holder: Path, what: str) -> None:
    try:
        if fcntl:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        number = ""
        with suppress(OSError):  # it has not written its number yet, or has just ended
            number = f" {holder.read_text()}"
        raise InputError(f"Another process{number} {what}. Wait until it ends, or stop it, and run again.") from None
    except OSError:
        log.debug("The file system of %s has no locks.", holder.parent)
