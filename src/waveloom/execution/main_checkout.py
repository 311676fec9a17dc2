"""Paths in a DVC experiment's temporary copy of the project, which lacks what git ignores.

DVC runs `dvc exp run --temp` and `--queue` in a copy that holds tracked files only; the variable DVC_ROOT then names
the main checkout, where the rest is. Elsewhere DVC_ROOT is the project itself, or not set.
"""

import os
from pathlib import Path


def located(path: str | Path, base: Path) -> Path:
    """Give `path` below `base`, or below the main checkout if it exists there alone."""
    here, there = base / path, shared(path, base)
    return there if not here.exists() and there.exists() else here


def shared(path: str | Path, base: Path) -> Path:
    """Give `path` below the main checkout, for files that must outlive the copy; without DVC, below `base`."""
    return Path(os.environ.get("DVC_ROOT") or base, path)


def portable(path: Path, base: Path) -> str:
    """Write a path relative to `base` or to the main checkout if it lies below one of them, else absolute."""
    absolute = Path(os.path.abspath(path))
    homes = (Path(os.path.abspath(home)) for home in (base, shared("", base)))
    inside = (absolute.relative_to(home) for home in homes if absolute.is_relative_to(home))
    return next(inside, absolute).as_posix()
