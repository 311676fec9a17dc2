"""Finds the project folder of a command."""

from pathlib import Path
from typing import Annotated

import typer

from waveloom.config.errors import InputError

Project = Annotated[
    Path,
    typer.Option("--project", help="Project folder (default: this folder or a parent)."),
]


def find_project(start: Path) -> Path | None:
    """Return the nearest of `start` and its parents that holds params.yaml and conf/; None if none does."""
    folders = [start.resolve(), *start.resolve().parents]
    return next((at for at in folders if (at / "params.yaml").is_file() and (at / "conf").is_dir()), None)


def project_root(start: Path) -> Path:
    """Find the project as `find_project` does; InputError if there is none."""
    if found := find_project(start):
        return found
    raise InputError(f"{start.resolve()} is not in a Waveloom project (no params.yaml and conf/). Use --project.")
