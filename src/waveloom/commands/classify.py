"""`waveloom classify`: labels for recordings."""

import json
from pathlib import Path
from typing import Annotated

import typer

from waveloom.commands.options import AsJson, examples
from waveloom.project.root import Project, project_root

EXAMPLES = examples("waveloom classify new/*.wav", "waveloom classify a.wav --model other/classifier --json")


def classify(
    files: Annotated[
        list[Path], typer.Argument(help="Recordings; one longer than ten minutes is classified by minutes.")
    ],
    model: Annotated[
        Path | None,
        typer.Option(help="Folder with a classifier (default: the project's own).", show_default=False),
    ] = None,
    as_json: AsJson = False,
    project: Project = Path(),
) -> None:
    """Classify recordings, each with its confidence, or report that one is unlike the training recordings."""
    from waveloom.classification.predict import classify_files
    from waveloom.models.files import check_kind, load_model

    folder = model or project_root(project) / "data/04_models/classifier"
    classifier = load_model(folder)
    check_kind(classifier.spec, folder, "classifier")
    readable = True
    for prediction in classify_files(classifier, files):
        typer.echo(json.dumps(prediction.record) if as_json else prediction.sentence)
        readable &= prediction.is_readable
    raise typer.Exit(0 if readable else 1)
