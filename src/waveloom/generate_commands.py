"""What one can type to have new sounds."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from waveloom.errors import InputError
from waveloom.project import Project, root_of

if TYPE_CHECKING:
    from waveloom.model import Model
    from waveloom.words.match import Match


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
    seconds: Annotated[
        float | None, typer.Option(help="How long each is, up to six hours, without a seam. One clip, by default.")
    ] = None,
    model: Annotated[Path | None, typer.Option(help="A folder with a generator; by default the project's own.")] = None,
    truncation: Annotated[
        float | None, typer.Option(min=0, max=1, help="For stylegan: less strays less from its mean sound. Its own.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines: a list of the files.")] = False,
    project: Project = Path(),
) -> None:
    """Make new sounds: the same seed, label and generator always give the same sound."""
    from waveloom.datasets.model import load_model
    from waveloom.evaluation.evaluate import sample_name
    from waveloom.evaluation.sampling import truncated
    from waveloom.words.match import find

    if label and words:
        raise InputError("--words and --label were both given; words choose the label, so give one of the two.")
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file; give the folder that the sounds shall go to.")
    made_by = load_model(model or root_of(project) / "data/04_models/generator")
    matches = [find(said, made_by.spec["labels"]) for said in words or []]
    labels = list(dict.fromkeys(match.label for match in matches)) or label or made_by.spec["labels"]
    seeds = range(seed, seed + (count or (4 if seconds is None else 1)))
    wanted = [(number, name) for name in labels or [""] for number in seeds]
    files = [out / sample_name(number, name, seconds) for number, name in wanted]
    if taken := [str(file) for file in files if file.exists()]:
        raise InputError(f"{taken[0]} exists already; give another folder or another seed.")
    if not as_json and matches:
        typer.echo("\n".join(match.sentence for match in matches))
    heard = made_by if truncation is None else truncated(made_by, truncation)
    if seconds is None:
        _write_clips(files, wanted, heard, made_by.digest)
    else:
        _write_long(files, wanted, heard, made_by.digest, seconds)
    if as_json:
        made = [(file, *sound) for file, sound in zip(files, wanted, strict=True)]
        typer.echo(json.dumps([_record(*sound, match) for sound in made for match in _of(sound[-1], matches)]))
    else:
        typer.echo(f"{len(files)} sounds in {out}")


def _write_clips(files: list[Path], wanted: list[tuple[int, str]], model: "Model", digest: str) -> None:
    from waveloom.datasets.samples import write_wav
    from waveloom.evaluation.sampling import generate

    numbers, names = zip(*wanted, strict=True)
    clips = generate(model, numbers, names if any(names) else None)
    files[0].parent.mkdir(parents=True, exist_ok=True)
    for file, clip, (number, name) in zip(files, clips, wanted, strict=True):
        write_wav(file, clip, model.spec["rate_hz"], f"model {digest} seed {number}", name)


def _write_long(files: list[Path], wanted: list[tuple[int, str]], model: "Model", digest: str, seconds: float) -> None:
    from waveloom.datasets.samples import write_long
    from waveloom.long import long_sound, samples_of

    samples, rate = samples_of(model, seconds), model.spec["rate_hz"]
    sounds = [long_sound(model, number, seconds, name or None) for number, name in wanted]
    files[0].parent.mkdir(parents=True, exist_ok=True)
    for file, blocks, (number, name) in zip(files, sounds, wanted, strict=True):
        write_long(file, blocks, samples, rate, f"model {digest} seed {number} seconds {seconds:g}", name)


def _of(label: str, matches: list["Match"]) -> list["Match | None"]:
    """The words that led to a label, or None where no words did."""
    return [match for match in matches if match.label == label] or [None]


def _record(file: Path, seed: int, label: str, match: "Match | None") -> dict[str, object]:
    how = {key: getattr(match, key, None) for key in ("words", "similarity", "how")}
    return {"file": str(file), "seed": seed, "label": label, **how}
