"""`waveloom leaderboard`: a table of all evaluated generators."""

import json
from pathlib import Path
from typing import Annotated

import typer

from waveloom.commands.options import AsJson, examples
from waveloom.config.errors import InputError
from waveloom.execution.atomic_folder import replaced_file
from waveloom.project.root import Project, project_root

EXAMPLES = examples("waveloom leaderboard", "waveloom leaderboard --embedding musicnn --strict")


def leaderboard(
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the table (default: data/08_leaderboard).", show_default=False),
    ] = None,
    embedding: Annotated[str, typer.Option(help="Embedding in which sounds are compared.")] = "mfcc",
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail if the runs were not all measured with the same settings.")
    ] = False,
    as_json: AsJson = False,
    project: Project = Path(),
) -> None:
    """Rank all evaluated generators by kernel distance, in HTML, CSV and Markdown, and mark ties within noise.

    With --json it is printed and no file is written.
    """
    from waveloom.leaderboard import render
    from waveloom.leaderboard.runs import read
    from waveloom.leaderboard.tables import require_one_table, tables

    root = project_root(project)
    entries, left_out = read(root, embedding)
    if not entries:
        reasons = "; ".join(sorted({run.reason for run in left_out})) or "there is no run"
        raise InputError(f"No run can be shown: {reasons}. `dvc repro` trains and evaluates one.")
    found = tables(entries)
    if strict:
        require_one_table(found)
    if as_json:
        typer.echo(json.dumps(render.as_dict(found, left_out), allow_nan=False))
        return
    folder = out or root / "data/08_leaderboard"
    text = render.markdown(found, left_out)
    _write(folder, {"html": render.page(found, left_out), "csv": render.comma_separated(found), "md": text})
    typer.echo(f"{text}\n{folder / 'leaderboard.html'}")


def _write(folder: Path, texts: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for kind, text in texts.items():
        with replaced_file(folder / f"leaderboard.{kind}") as new:
            new.write_text(text, encoding="utf-8")
