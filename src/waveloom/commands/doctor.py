"""`waveloom doctor`: what a collection of sounds contains, before it is used."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from waveloom.commands.options import AsJson, examples
from waveloom.config.errors import InputError
from waveloom.project.root import Project, find_project, project_root

if TYPE_CHECKING:
    from waveloom.ingest.doctor.examine import Examination
    from waveloom.project.doctor_target import ProjectTarget

EXAMPLES = examples("waveloom doctor sounds/", "waveloom doctor sounds.csv --option file={path} --fast --apply")

Options = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KEY=VALUE",
        help="Option of the corpus, as in ingest.options; repeat for several (default: none).",
        show_default=False,
    ),
]
Apply = Annotated[
    bool, typer.Option("--apply", help="Write the collection and the suggested parameters into params.yaml.")
]


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
    option: Options = None,
    apply: Apply = False,
    project: Project = Path(),
) -> None:
    """Describe a collection of sounds: what it is, what would be rejected and why, and what to do about it."""
    from rich.console import Console

    from waveloom.ingest.doctor.show import show
    from waveloom.project.doctor import examine
    from waveloom.project.doctor_target import find_target

    target = find_target(path, find_project(project), option or [])
    examination = examine(target, headers_only)
    if as_json:
        typer.echo(json.dumps(examination.as_dict(), allow_nan=False))
    else:
        show(examination, Console())
    if any(finding.weight == "stop" for finding in examination.findings):
        raise typer.Exit(1)
    if apply:
        changes = write_suggestions(target, examination, project_root(project))
        typer.echo("\n".join(["", *changes, "", "Written to params.yaml."]) if changes else "", err=as_json)


def write_suggestions(target: "ProjectTarget", examination: "Examination", root: Path) -> list[str]:
    """Write a corpus and the parameters suggested for it into params.yaml; list the changes."""
    from waveloom.project.doctor import suggested_tree
    from waveloom.project.params import write_values
    from waveloom.project.template import presets

    if target.name in presets(root):
        raise InputError(f"Nothing was written: run `waveloom use {target.name}`, then `waveloom doctor --apply`.")
    return write_values(suggested_tree(target, examination), root / "params.yaml")
