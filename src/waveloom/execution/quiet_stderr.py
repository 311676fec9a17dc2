"""Silences standard error, also that of C libraries, which ignore Python's streams."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Discard what this process writes to standard error (file descriptor 2) within the block."""
    original = os.dup(2)
    with open(os.devnull, "w") as null:
        os.dup2(null.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(original, 2)
            os.close(original)
