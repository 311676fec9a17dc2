"""Writing a file under another name, and renaming it only when it is complete."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waveloom.errors import InputError


@contextmanager
def replaced_file(path: Path) -> Iterator[Path]:
    """Give the path of a new file to write; when the block ends well, it is renamed to `path`, else it is removed.

    A link at `path` is replaced and never written through, so what it leads to (DVC's cache, say) stays as it is, and
    so does another name of the same file (a hard link).
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        os.replace(temporary, path)
    except OSError as problem:
        raise InputError(f"{path} could not be written ({problem}); what was there before is unchanged.") from problem
    finally:
        temporary.unlink(missing_ok=True)
