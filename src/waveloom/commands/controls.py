"""`waveloom controls`: what can be changed in a generator's sounds."""

import json
from pathlib import Path

import typer

from waveloom.commands.options import AsJson, ModelAddress, examples, load_generator
from waveloom.project.root import Project

EXAMPLES = examples("waveloom controls", "waveloom controls --model runs:/RUN_ID/generator --json")


def controls(model: ModelAddress = "", as_json: AsJson = False, project: Project = Path()) -> None:
    """List the controls of `waveloom generate --control`, each with how reliably it works: 1 always, 0 not at all.

    The number is the correlation of the property with the control. The first call for a generator makes 600 sounds.
    """
    from waveloom.generation.controls.descriptors import NAMES
    from waveloom.generation.controls.directions import MIN_CORRELATION

    found = load_generator(model, project).controls
    if as_json:
        typer.echo(json.dumps({control.name: control.correlation for control in found}))
        return
    for control in found:
        remark = "" if control.correlation >= MIN_CORRELATION else "   too little to be of use"
        typer.echo(f"{control.name:<11} {control.correlation:5.2f}   {NAMES[control.name]}{remark}")
