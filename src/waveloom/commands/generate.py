"""What one can type to have new sounds."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from waveloom.config.errors import InputError
from waveloom.project.root import Project, project_root

if TYPE_CHECKING:
    from waveloom.generation.request import Wanted
    from waveloom.generation.text.match import Match


def generate(
    out: Annotated[Path, typer.Argument(help="The folder the WAV files go to; nothing in it is overwritten.")],
    count: Annotated[
        int | None, typer.Option(min=1, help="How many sounds, of each label asked for: 4; 1 with --seconds.")
    ] = None,
    label: Annotated[list[str] | None, typer.Option(help="Which label; may be given again. All, by default.")] = None,
    words: Annotated[
        list[str] | None, typer.Option(help="What to make, in your own words, such as 'a bell'; may be given again.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the first sound; the next has the next.")] = 0,
    between: Annotated[
        tuple[int, int] | None, typer.Option(min=0, help="Two seeds: go from the one's sound to the other's.")
    ] = None,
    more: Annotated[
        list[str] | None, typer.Option(help="Such as brightness=1.5 or length=-1 (see handles); may be given again.")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(help="How long each is, up to six hours, without a seam. One clip, by default.")
    ] = None,
    rate: Annotated[
        int | None,
        typer.Option(min=4000, help="Of the files, in Hz: by default that of the generator, the highest."),
    ] = None,
    model: Annotated[Path | None, typer.Option(help="A folder with a generator; by default the project's own.")] = None,
    truncation: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="For stylegan: less keeps sounds nearer to its mean one.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines: a list of the files.")] = False,
    project: Project = Path(),
) -> None:
    """Make new sounds: the same seed, label and generator always give the same sound."""
    from waveloom.audio.file_names import file_name, safe_labels
    from waveloom.generation.controls.described import called
    from waveloom.generation.exported import load_generator
    from waveloom.generation.request import wanted
    from waveloom.generation.sampler import truncated
    from waveloom.generation.sound_files import write_clips, write_sounds
    from waveloom.generation.text.match import find
    from waveloom.models.descriptions import known

    if label and words:
        raise InputError("--words and --label were both given; words choose the label, so give one of the two.")
    if seconds is not None and (between or more):
        raise InputError("--seconds was given with --between or --more, which steer clips; leave one of them out.")
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file; give the folder that the sounds shall go to.")
    made_by = load_generator(model or project_root(project) / "data/04_models/generator")
    if label and not made_by.spec["labels"]:
        raise InputError("This generator was trained without labels, so none can be asked of it; leave --label out.")
    rate_hz = _rate(rate, made_by.spec["rate_hz"])
    matches = [find(said, made_by.spec["labels"], known(made_by.spec)) for said in words or []]
    meant = list(dict.fromkeys((match.label, match.description) for match in matches))
    labels = meant or [(name, "") for name in dict.fromkeys(label or made_by.spec["labels"] or [""])]
    heard = made_by if truncation is None else truncated(made_by, truncation)
    asked = (seed, count or (4 if seconds is None else 1), between, more or [])
    each = wanted(heard, *asked) if truncation is None else _strayed(wanted(heard, *asked), truncation)
    sounds = [(name, called(sound, made_by.spec, name, text)) for name, text in labels for sound in each]
    length = "" if seconds is None else f"-{seconds:g}s"
    spelled = safe_labels(name for name, _ in labels)
    files = [out / file_name(sound.stem + length, spelled[name]) for name, sound in sounds]
    if taken := [str(file) for file in files if file.exists()]:
        raise InputError(f"{taken[0]} exists already; give another folder or another seed.")
    if len(set(files)) < len(files):
        raise InputError(f"Two sounds of one seed would be called alike in {out}; ask for one at a time.")
    if not as_json and matches:
        typer.echo("\n".join(match.sentence for match in matches))
    if seconds is None:
        write_clips(files, sounds, heard, made_by.digest, rate_hz)
    else:
        write_sounds(files, sounds, heard, made_by.digest, rate_hz, seconds)
    if as_json:
        made = [(file, sound, name) for file, (name, sound) in zip(files, sounds, strict=True)]
        typer.echo(json.dumps([_record(*sound, match) for sound in made for match in _of(*sound[1:], matches)]))
    else:
        typer.echo(f"{len(files)} sounds in {out}")


def _strayed(sounds: list["Wanted"], truncation: float) -> list["Wanted"]:
    """Have names and origins of sounds tell of a truncation."""
    said = f"truncation {truncation:g}"
    return [
        sound._replace(stem=f"{sound.stem}-{said.replace(' ', '-')}", origin=f"{sound.origin} {said}")
        for sound in sounds
    ]


def _rate(asked: int | None, own: int) -> int:
    """The rate of the files, which the generator's bounds."""
    if asked is not None and asked > own:
        raise InputError(
            f"--rate is {asked}, but this generator was trained at {own} Hz and knows nothing above {own // 2} Hz. "
            "Leave --rate out, or train at a higher rate, as after `waveloom use 48khz` (docs/how-to/rates.md)."
        )
    return asked or own


def _of(sound: "Wanted", label: str, matches: list["Match"]) -> list["Match | None"]:
    """The words that led to a sound, or None where no words did."""
    return [it for it in matches if (it.label, it.description) == (label, sound.description)] or [None]


def _record(file: Path, sound: "Wanted", label: str, match: "Match | None") -> dict[str, object]:
    how = {key: getattr(match, key, None) for key in ("words", "similarity", "how", "description", "likeness")}
    return {"file": str(file), "seed": sound.seed, "origin": sound.origin, "label": label, **how}


def handles(
    model: Annotated[Path | None, typer.Option(help="A folder with a generator; by default the project's own.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    project: Project = Path(),
) -> None:
    """Tell what `waveloom generate --more` can move, and how surely: 1 is always, 0 not at all."""
    from waveloom.generation.controls.descriptors import NAMES
    from waveloom.generation.controls.directions import WORKS, find
    from waveloom.generation.exported import load_generator

    found = find(load_generator(model or project_root(project) / "data/04_models/generator"))
    if as_json:
        typer.echo(json.dumps({handle.name: handle.follows for handle in found}))
        return
    for handle in found:
        works = "" if handle.follows >= WORKS else "   too little to be of use"
        typer.echo(f"{handle.name:<11} {handle.follows:5.2f}   {NAMES[handle.name]}{works}")


def export(
    out: Annotated[Path, typer.Argument(help="The folder that is made.")],
    form: Annotated[str, typer.Option("--format", help="onnx, or litert (for small devices).")] = "onnx",
    model: Annotated[Path | None, typer.Option(help="A folder with a generator; by default the project's own.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    project: Project = Path(),
) -> None:
    """Write the generator for other libraries: `waveloom generate --model OUT` then runs without TensorFlow."""
    from waveloom.generation.exported import export
    from waveloom.models.files import load_model

    far = export(load_model(model or project_root(project) / "data/04_models/generator"), out, form)
    size = sum(file.stat().st_size for file in out.iterdir()) / 1e6
    if as_json:
        typer.echo(json.dumps({"folder": str(out), "format": form, "megabytes": size, "differs_by": far}))
    else:
        typer.echo(f"{out}: {size:.1f} MB of {form}; what it makes differs from the generator's by {far:.1g} at most.")
