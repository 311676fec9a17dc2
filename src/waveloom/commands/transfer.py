"""`waveloom transfer`: the same music in the timbre of another domain."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waveloom.commands.options import AsJson, ModelAddress, examples, load_translator, options_named_in_errors
from waveloom.config.error_messages import error_message, print_error
from waveloom.config.errors import name_list
from waveloom.project.root import Project

if TYPE_CHECKING:
    from waveloom.generation.translation.files import FilePlan
    from waveloom.generation.translation.settings import Transfer
    from waveloom.generation.translator import Translator

EXAMPLES = examples(
    "waveloom transfer song.wav out.flac --to strings",
    "waveloom transfer takes out --to organ --strength 0.7 --model export",
)
OPTION_OF_FIELD = {"target": "to"}  # fields of a request whose command option has another name

Source = Annotated[Path, typer.Argument(metavar="IN", help="Sound file of any length, or folder of sound files.")]
Out = Annotated[
    Path, typer.Argument(help="New file (.wav or .flac), or folder for the new files; no file is overwritten.")
]
To = Annotated[str, typer.Option("--to", help="Domain whose timbre the sound gets.")]
Strength = Annotated[
    float, typer.Option(help="From 0 (the sound as it is) to 1 (the translation); between, levels are interpolated.")
]
Seed = Annotated[int, typer.Option(help="Seed of the phases of frequencies with hardly any sound.")]


def transfer(
    source: Source,
    out: Out,
    to: To,
    strength: Strength = 1.0,
    seed: Seed = 0,
    model: ModelAddress = "",
    as_json: AsJson = False,
    project: Project = Path(),
) -> None:
    """Translate sounds to the timbre of another domain; length, sample rate, channels and loudness stay.

    A trained translator or an export of it is needed; an export works without TensorFlow.
    """
    from waveloom.generation.translation.files import other_files, plan_files
    from waveloom.generation.translation.settings import Transfer

    with options_named_in_errors(OPTION_OF_FIELD):
        settings = Transfer(strength, seed)
        plans = plan_files(source, out)
        translator = load_translator(model, project)
        translator.check_target(to)
    rows = [_translated(plan, translator, to, settings, alone=not source.is_dir()) for plan in plans]
    _report(rows, [str(name) for name in other_files(source)], as_json)
    raise typer.Exit(1 if any(row["error"] for row in rows) else 0)


def _translated(
    plan: "FilePlan", translator: "Translator", to: str, settings: "Transfer", alone: bool
) -> dict[str, Any]:
    """Translate one file and describe it; an error is part of the description, but raised for a file that is alone."""
    from waveloom.generation.translation.files import translate_file

    row = {"source": str(plan.source), "file": str(plan.target), "target": to}
    try:
        outcome = translate_file(plan, translator, to, settings)
    except Exception as error:
        message = error_message(error)
        if alone or message is None:
            raise
        print_error(message)
        return {**row, "file": None, "error": message}
    if outcome.warning:
        print_error(f"{plan.source}: {outcome.warning}.")
    return {**row, **outcome._asdict(), "change": outcome.change, "warning": outcome.warning or None, "error": None}


def _report(rows: list[dict[str, Any]], others: list[str], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"files": rows, "no_sounds": others}))
        return
    for row in rows:
        if not row["error"]:
            typer.echo(
                f"{row['file']}: {row['target']}, {row['change']} ({row['change_db']:.1f} dB); no frequencies above "
                f"{row['bandwidth_hz']:.0f} Hz are made"
            )
    if others:
        typer.echo(f"no sound files, and left out: {name_list(others)}")
    if failed := sum(bool(row["error"]) for row in rows):
        typer.echo(f"{failed} of {len(rows)} files could not be translated")
