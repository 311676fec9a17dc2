"""`waveloom leaderboard`: every measured generator, side by side."""

import json
from pathlib import Path
from typing import Annotated

import typer

from waveloom.config.errors import InputError
from waveloom.execution.atomic_folder import replaced_file
from waveloom.project.root import Project, project_root


def leaderboard(
    out: Annotated[
        Path | None, typer.Option(help="The folder it is written to; data/08_leaderboard by default.")
    ] = None,
    embedding: Annotated[str, typer.Option(help="By which embedding sounds are compared.")] = "mfcc",
    strict: Annotated[bool, typer.Option("--strict", help="Fail where runs were not all measured alike.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For machines: print it and write nothing.")] = False,
    project: Project = Path(),
) -> None:
    """Order all measured generators by kernel distance: HTML, CSV and Markdown, with what is within noise."""
    from waveloom.leaderboard import write
    from waveloom.leaderboard.runs import read
    from waveloom.leaderboard.tables import demand_one, tables

    root = project_root(project)
    entries, left_out = read(root, embedding)
    if not entries:
        reasons = "; ".join(sorted({one.reason for one in left_out})) or "there is no run"
        raise InputError(f"No run can be shown: {reasons}. `dvc repro` trains and evaluates one.")
    found = tables(entries)
    if strict:
        demand_one(found)
    if as_json:
        typer.echo(json.dumps(write.plain(found, left_out), allow_nan=False))
        return
    folder = out or root / "data/08_leaderboard"
    text = write.markdown(found, left_out)
    _write(folder, {"html": write.page(found, left_out), "csv": write.comma_separated(found), "md": text})
    typer.echo(f"{text}\n{folder / 'leaderboard.html'}")


def _write(folder: Path, texts: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for kind, text in texts.items():
        with replaced_file(folder / f"leaderboard.{kind}") as new:
            new.write_text(text, encoding="utf-8")
