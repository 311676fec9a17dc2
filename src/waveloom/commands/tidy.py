"""`waveloom tidy`: removal of unpacked archives that are no longer used."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from waveloom.commands.options import examples
from waveloom.config.errors import InputError
from waveloom.project.root import Project, project_root

EXAMPLES = examples("waveloom tidy --dry-run", "waveloom tidy")
RECORDINGS = "data/01_recordings/recordings.parquet"


def tidy(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would be removed, and remove nothing.")] = False,
    project: Project = Path(),
) -> None:
    """Remove unpacked archives (data/00_external/.unpacked) that no recording of the project is in."""
    import pandas as pd

    from waveloom.ingest.corpora._unpack import unused_folders
    from waveloom.ingest.corpora.archive import Config

    root = project_root(project)
    store, table = root / Config.store, root / RECORDINGS
    if store.is_dir() and not table.is_file():
        raise InputError(f"There is no {RECORDINGS}, which says what is used; run ingest, or remove {store} by hand.")
    paths = pd.read_parquet(table, columns=["path"])["path"].tolist() if table.is_file() else []
    for folder in unused_folders(store, (root / path for path in paths)):
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        typer.echo(f"{folder.relative_to(root)}  {size / 1e6:.1f} MB")
        if not dry_run:
            shutil.rmtree(folder)
