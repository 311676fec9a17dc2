"""Locks that one process holds at a time; the system releases them when it ends, however it ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from waveloom.errors import InputError


@contextmanager
def held(lock: Path, what: str) -> Iterator[None]:
    """Hold the lock file `lock`; InputError if another process holds it: `what` says in a clause what it does."""
    holder = lock.with_suffix(".pid")
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=0):
            holder.write_text(f"{os.getpid()}\n")
            yield
    except Timeout:
        number = holder.read_text().strip() if holder.is_file() else "of unknown number"
        raise InputError(f"Process {number} {what}; wait until it has ended, or stop it, and run again.") from None
