"""What one can type to have disk back that nothing needs any more."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from waveloom.config.errors import InputError
from waveloom.project.root import Project, project_root

RECORDINGS = "data/01_recordings/recordings.parquet"


def tidy(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would go.")] = False,
    project: Project = Path(),
) -> None:
    """Remove what archives were unpacked to (data/00_external/.unpacked), but for what the recordings name."""
    import pandas as pd

    from waveloom.ingest.corpora._unpack import unused_folders
    from waveloom.ingest.corpora.archive import Config

    root = project_root(project)
    store, table = root / Config.store, root / RECORDINGS
    if store.is_dir() and not table.is_file():
        raise InputError(
            f"There is no {RECORDINGS}, so nobody knows what is used; run ingest, or remove {store} by hand."
        )
    paths = pd.read_parquet(table, columns=["path"])["path"].tolist() if table.is_file() else []
    for folder in unused_folders(store, (root / path for path in paths)):
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        typer.echo(f"{folder.relative_to(root)}  {size / 1e6:.1f} MB")
        if not dry_run:
            shutil.rmtree(folder)
