"""Writing a folder aside, and putting it in place only when it is whole."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waveloom.errors import InputError


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill; when the block ends well it takes the place of `folder`, else nothing changes."""
    folder = folder.resolve() if folder.is_symlink() else folder  # what a link leads to is replaced, not the link
    aside, old = (folder.with_name(f"{folder.name}.{kind}") for kind in ("partial", "old"))
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True)
        yield aside
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)
            folder.rename(old)
        aside.rename(folder)
    except OSError as problem:
        raise InputError(
            f"{folder} could not be made ({problem}); what was there is unharmed. Mend that, or free some "
            "space, and run again."
        ) from problem
    finally:
        if old.exists() and not folder.exists():
            old.rename(folder)
        shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
