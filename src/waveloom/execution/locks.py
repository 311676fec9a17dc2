"""Locks on folders, each held by one process at a time; the system releases a lock when its process ends."""

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

HOLDER = "process.txt"  # in the locked folder: the id of the process


@contextmanager
def exclusive_lock(folder: Path, activity: str) -> Iterator[None]:
    """Hold the lock on `folder`, which is created if missing; InputError if another process holds it.

    `activity` completes the error message: "Another process <activity>." File systems without locks lock nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock, holder = os.open(folder, os.O_RDONLY), folder / HOLDER
    try:
        _lock(lock, holder, activity)
        holder.write_text(str(os.getpid()))
        try:
            yield
        finally:
            holder.unlink(missing_ok=True)
    finally:
        os.close(lock)


def _lock(lock: int, holder: Path, activity: str) -> None:
    try:
        if fcntl:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = ""
        with suppress(OSError):  # it has not written its id yet, or has just ended
            pid = f" {holder.read_text()}"
        raise InputError(f"Another process{pid} {activity}. Wait until it ends, or stop it, and run again.") from None
    except OSError:
        log.debug("The file system of %s has no locks.", holder.parent)
