"""`waveloom export`: a generator or translator for libraries other than TensorFlow."""

import json
from pathlib import Path
from typing import Annotated

import typer

from waveloom.commands.options import AsJson, ModelAddress, examples
from waveloom.project.root import Project

EXAMPLES = examples("waveloom export drums", "waveloom export drums --format litert --model runs:/RUN_ID/generator")


def export(
    out: Annotated[Path, typer.Argument(help="New folder for the export; it must not exist.")],
    form: Annotated[str, typer.Option("--format", help="onnx, or litert (for small devices).")] = "onnx",
    model: ModelAddress = "",
    as_json: AsJson = False,
    project: Project = Path(),
) -> None:
    """Export a generator or translator to ONNX or LiteRT; `generate` or `transfer` then need no TensorFlow.

    Give the folder to these commands as `--model`.
    """
    from waveloom.generation.exported_model import export
    from waveloom.generation.load import load_trained_or_exported
    from waveloom.project.models import located

    difference = export(load_trained_or_exported(*located(model, project), "generator", "translator"), out, form)
    size = sum(file.stat().st_size for file in out.iterdir()) / 1e6
    if as_json:
        typer.echo(json.dumps({"folder": str(out), "format": form, "megabytes": size, "differs_by": difference}))
    else:
        typer.echo(f"{out}: {size:.1f} MB of {form}; its output differs from the model's by at most {difference:.1g}.")
