"""`waveloom generate`: new sounds as WAV files."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from waveloom.commands.options import AsJson, ModelAddress, examples, load_generator, options_named_in_errors
from waveloom.config.errors import InputError, counted
from waveloom.project.root import Project

if TYPE_CHECKING:
    from waveloom.generation.plan import SoundPlan
    from waveloom.generation.text.match import Match

EXAMPLES = examples(
    'waveloom generate out --text "a bell" --count 8',
    "waveloom generate out --label organ --interpolate 3 8 --count 7",
)
# Fields of a request whose command option has another name.
OPTION_OF_FIELD = {"labels": "label", "rate_hz": "rate", "controls": "control"}

Out = Annotated[Path, typer.Argument(help="Folder for the WAV files; no file in it is overwritten.")]
Count = Annotated[
    int | None,
    typer.Option(min=1, help="Number of sounds per label (default: 4, with --seconds 1).", show_default=False),
]
Label = Annotated[
    list[str] | None,
    typer.Option(help="Label to generate; repeat for several (default: all labels).", show_default=False),
]
Text = Annotated[
    list[str] | None,
    typer.Option(
        help="English description, such as 'a bell', which chooses a label and its most similar sounds; repeat for "
        "several (default: none).",
        show_default=False,
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the first sound; the next sound has the next seed.")]
Interpolate = Annotated[
    tuple[int, int] | None,
    typer.Option(
        min=0,
        metavar="A B",
        help="Two seeds: generate --count steps from the sound of seed A to that of seed B (default: none).",
        show_default=False,
    ),
]
ControlAmounts = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=AMOUNT",
        help="Control such as brightness=1.5 or length=-1, in standard deviations from -4 to 4; repeat for several; "
        "`waveloom controls` lists them (default: none).",
        show_default=False,
    ),
]
Seconds = Annotated[
    float | None,
    typer.Option(
        help="Length of one continuous sound in seconds, from one clip to 21600 (default: single clips).",
        show_default=False,
    ),
]
Rate = Annotated[
    int | None,
    typer.Option(
        min=4000,
        help="Sample rate of the files in Hz (default: the generator's rate, which is also the maximum).",
        show_default=False,
    ),
]
Truncation = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=1,
        help="Truncation psi of a stylegan: 0 gives the mean style (default: as trained).",
        show_default=False,
    ),
]


def generate(
    out: Out,
    count: Count = None,
    label: Label = None,
    text: Text = None,
    seed: Seed = 0,
    interpolate: Interpolate = None,
    control: ControlAmounts = None,
    seconds: Seconds = None,
    rate: Rate = None,
    model: ModelAddress = "",
    truncation: Truncation = None,
    as_json: AsJson = False,
    project: Project = Path(),
) -> None:
    """Generate new sounds: the same seed, label and generator always give the same sound."""
    from waveloom.generation.request import Request
    from waveloom.generation.sound_files import new_files, write_sounds

    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file; give the folder for the sounds.")
    with options_named_in_errors(OPTION_OF_FIELD):
        amounts, labels, texts = _amounts(control or []), tuple(label or ()), tuple(text or ())
        request = Request(labels, texts, seed, count, interpolate, amounts, seconds, rate, truncation)
        generator = load_generator(model, project)
        plans = generator.plan(request)
        files = new_files(out, plans)
        sounds = generator.make(plans, request)
    if not as_json:
        typer.echo("".join(f"{match.summary}\n" for match in _matches(plans)), nl=False)
    write_sounds(files, sounds, generator.digest)
    if as_json:
        typer.echo(json.dumps([row for file, plan in zip(files, plans, strict=True) for row in _rows(file, plan)]))
    else:
        typer.echo(f"{counted(len(files), 'sound')} in {out}")


def _amounts(assignments: list[str]) -> dict[str, float]:
    """Read NAME=AMOUNT."""
    amounts = {}
    for assignment in assignments:
        name, _, amount = assignment.partition("=")
        try:
            amounts[name] = float(amount)
        except ValueError:
            raise InputError(
                f"--control is {assignment!r}, which is not NAME=AMOUNT, such as brightness=1.5."
            ) from None
    return amounts


def _matches(plans: list["SoundPlan"]) -> list["Match"]:
    return list(dict.fromkeys(match for plan in plans for match in plan.matches))


def _rows(file: Path, plan: "SoundPlan") -> list[dict[str, object]]:
    """Describe a sound: one row per text that matched it."""
    row = {"file": str(file), "seed": plan.seed, "origin": plan.origin, "label": plan.label}
    keys = ("text", "similarity", "matched_by", "description", "description_similarity")
    return [row | {key: getattr(match, key, None) for key in keys} for match in plan.matches or (None,)]
