"""Writing a folder aside, and putting it in place only when it is whole."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waveloom.errors import InputError


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill; when the block ends well it takes the place of `folder`, else nothing changes."""
    aside = folder.with_name(folder.name + ".partial")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True)
        yield aside
    except OSError as problem:
        raise InputError(
            f"{folder} could not be saved ({problem}); what was there is unharmed. Free some space, and run again."
        ) from problem
    else:
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
