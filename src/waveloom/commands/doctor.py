"""`waveloom doctor`: what a collection of sounds contains, before it is used."""

import json
from pathlib import Path
from typing import Annotated

import typer

from waveloom.commands.options import AsJson, examples
from waveloom.project.root import Project, find_project

EXAMPLES = examples("waveloom doctor sounds/", "waveloom doctor sounds.csv --option file={path} --fast")


def doctor(
    path: Annotated[
        str,
        typer.Argument(
            help="A folder, an archive, a table, or a preset (default: the collection of params.yaml).",
            show_default=False,
        ),
    ] = "",
    headers_only: Annotated[
        bool, typer.Option("--fast", help="Read headers only, thousands of files a second.")
    ] = False,
    as_json: AsJson = False,
    option: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="Option of the corpus, as in ingest.options; repeat for several (default: none).",
            show_default=False,
        ),
    ] = None,
    project: Project = Path(),
) -> None:
    """Describe a collection of sounds: what it is, what would be rejected and why, and what to do about it."""
    from rich.console import Console

    from waveloom.ingest.doctor.show import show
    from waveloom.project.doctor import examine
    from waveloom.project.doctor_target import find_target

    examination = examine(find_target(path, find_project(project), option or []), headers_only)
    if as_json:
        typer.echo(json.dumps(examination.as_dict(), allow_nan=False))
    else:
        show(examination, Console())
    if any(finding.weight == "stop" for finding in examination.findings):
        raise typer.Exit(1)
