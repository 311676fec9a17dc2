"""Paths in a DVC experiment's temporary copy of the project, which lacks the files that git ignores.

`dvc exp run --temp` and `--queue` run in a copy that holds tracked files only; the environment variable DVC_ROOT then
names the main checkout, which holds all files. Elsewhere DVC_ROOT is the project itself, or is not set.
"""

import os
from pathlib import Path


def locate(path: str | Path, base: Path) -> Path:
    """Return `path` below `base`, or below the main checkout if it exists only there."""
    local, main = base / path, in_main_checkout(path, base)
    return main if not local.exists() and main.exists() else local


def in_main_checkout(path: str | Path, base: Path) -> Path:
    """Return `path` below the main checkout, for files that must outlive the copy; without DVC, below `base`."""
    return Path(os.environ.get("DVC_ROOT") or base, path)


def relative_to_checkout(path: Path, base: Path) -> str:
    """Write a path relative to `base` or to the main checkout if it lies below one of them, else absolute."""
    absolute = Path(os.path.abspath(path))
    checkouts = (Path(os.path.abspath(folder)) for folder in (base, in_main_checkout("", base)))
    relative = (absolute.relative_to(folder) for folder in checkouts if absolute.is_relative_to(folder))
    return next(relative, absolute).as_posix()
