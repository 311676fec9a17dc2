"""Which project a command is about."""

from pathlib import Path
from typing import Annotated

import typer

from waveloom.config.errors import InputError

Project = Annotated[
    Path,
    typer.Option(
        "--project", help="Folder of the project (default: this one or the nearest above it).", show_default=False
    ),
]


def find(start: Path) -> Path | None:
    """Find the project at `start` or above it: where params.yaml and conf/ stand side by side."""
    places = [start.resolve(), *start.resolve().parents]
    return next((at for at in places if (at / "params.yaml").is_file() and (at / "conf").is_dir()), None)


def root_of(start: Path) -> Path:
    """Find the project at `start` or above it, or say that there is none."""
    if found := find(start):
        return found
    raise InputError(f"{start.resolve()} is not in a Waveloom project (no params.yaml beside conf/). Use --project.")
