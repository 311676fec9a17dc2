"""`waveloom new`: a project of one's own around a collection of sounds."""

from pathlib import Path
from typing import Annotated

import typer

from waveloom.commands.options import examples
from waveloom.config.errors import InputError

EXAMPLES = examples(
    "waveloom new my-sounds --from /where/sounds/are",
    "waveloom new my-sounds --from table.csv --option 'label={category}' --fast",
)


def new(
    name: Annotated[Path, typer.Argument(help="Folder of the project, which must not exist yet.", show_default=False)],
    sounds: Annotated[
        str, typer.Option("--from", help="A folder with one sub-folder per class, an archive, or a table of files.")
    ],
    headers_only: Annotated[bool, typer.Option("--fast", help="Read only the headers of the sounds.")] = False,
    option: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="Option of the corpus, as in ingest.options; repeat for several (default: none).",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Make a project for a collection of sounds, with parameters that suit it, under git and DVC."""
    from rich.console import Console

    from waveloom.commands.project import write_stages
    from waveloom.ingest.doctor.show import show
    from waveloom.project.doctor import examine, suggested_tree
    from waveloom.project.doctor_target import find_target
    from waveloom.project.new_project import check_place, create_project

    folder = name.absolute()
    check_place(folder, Path(sounds).resolve())
    target = find_target(sounds, None, option or [])
    examination = examine(target, headers_only)
    show(examination, Console(), "Chosen for params.yaml")
    stops = [finding.what for finding in examination.findings if finding.weight == "stop"]
    if stops:
        raise InputError(f"No project was made: {' '.join(stops)}")
    create_project(folder, suggested_tree(target, examination), write_stages)
    typer.echo(f"\n{folder} is ready. Next:\n\n    cd {name}\n    dvc repro\n\nIts README.md says what else to type.")
