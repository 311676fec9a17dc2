"""What one can type after `waveloom listen`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waveloom.config.errors import InputError
from waveloom.project.root import Project, project_root

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from waveloom.listening.config import Listen
    from waveloom.listening.plan import Pool

app = typer.Typer(help="Listening tests: make one, take ratings in and out, see what they say.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]
Study = Annotated[str, typer.Argument(help="The study's name.")]


@app.command()
def new(
    study: Study,
    samples: Annotated[list[Path] | None, typer.Option(help="Folders of samples, one a generator.")] = None,
    as_json: AsJson = False,
    project: Project = Path(),
) -> None:
    """Make a study from generated and real test sounds: equally loud WAV files under names that tell nothing."""
    from waveloom.audio.store import open_store
    from waveloom.listening.plan import plan
    from waveloom.listening.study import create

    root = project_root(project)
    engine, rules = _open(root)
    store = open_store(root / "data/02_clips/clips")
    folders = samples or [root / "data/05_samples/samples"]
    pools = dict(_generated(at, store.rate_hz) for at in folders)
    if len(pools) < len(folders):
        raise InputError("Two of the folders are samples of one generator; give one folder a generator.")
    items = plan(pools, _real(store, rules), store.rate_hz, rules)
    folder = _folder(root, study)
    created = create(engine, folder, study, items, store.rate_hz, rules)
    found = {"study": study, "kind": rules.kind, "items": len(items), "files": len(created), "folder": str(folder)}
    _tell(found, as_json, f"{len(items)} items ({rules.kind}) in {folder}")


@app.command("export")
def export_study(
    study: Study,
    folder: Annotated[Path, typer.Argument(help="Where the CSV files go.")],
    as_json: AsJson = False,
    project: Project = Path(),
) -> None:
    """Write a study as CSV, one file a table."""
    from waveloom.listening.exchange import export

    counts = export(_open(project_root(project))[0], study, folder)
    _tell(counts, as_json, f"{counts['rating']} ratings of {counts['listener']} listeners in {folder}")


@app.command("import")
def import_study(
    folder: Annotated[Path, typer.Argument(help="A folder that `waveloom listen export` wrote.")],
    as_json: AsJson = False,
    project: Project = Path(),
) -> None:
    """Take in a study from CSV, all or nothing; rows known already are skipped."""
    from waveloom.listening.exchange import take

    counts = take(_open(project_root(project))[0], folder)
    _tell(counts, as_json, f"{counts['rating']} new ratings of {counts['listener']} new listeners")


@app.command()
def results(
    study: Study,
    save: Annotated[bool, typer.Option("--save", help="Into opinions.json, from where the report takes it.")] = False,
    as_json: AsJson = False,
    project: Project = Path(),
) -> None:
    """Tell what a study says: means with intervals, who was not counted and why, how far listeners agree."""
    from waveloom.listening import opinions_file
    from waveloom.listening.print_results import lines
    from waveloom.listening.ratings import read
    from waveloom.listening.results import summarise

    root = project_root(project)
    engine, rules = _open(root)
    summary = summarise(read(engine, study), rules)
    saved = [f"saved in {opinions_file.save(root, study, summary)}; `dvc repro` reports it"] if save else []
    _tell(summary, as_json, "\n".join([*lines(summary), *saved]))


def _open(root: Path) -> "tuple[Engine, Listen]":
    from waveloom.config.checked import read_config
    from waveloom.listening.config import Listen
    from waveloom.listening.database import open_database
    from waveloom.project import params

    rules = read_config(Listen, params.load(root / "params.yaml").get("listen"), "listen")
    return open_database(rules.database, root), rules


def _folder(root: Path, study: str) -> Path:
    if not study.replace("-", "").replace("_", "").isalnum():
        raise InputError(f"{study!r} names a folder too: letters, digits, - and _ only.")
    return root / "data/07_listening" / study


def _generated(folder: Path, rate_hz: int) -> "tuple[str, Pool]":
    import numpy as np
    import pandas as pd
    import soundfile

    from waveloom.listening.plan import Pool

    if not (folder / "index.parquet").is_file():
        raise InputError(f"{folder} holds no samples (no index.parquet in it); run evaluate.")
    index = pd.read_parquet(folder / "index.parquet")
    read = [soundfile.read(folder / name, dtype="float32", always_2d=True) for name in index["file"]]
    if rates := {rate for _, rate in read} - {rate_hz}:
        raise InputError(f"{folder} has sounds of {sorted(rates)} Hz, the clips have {rate_hz} Hz. Run evaluate again.")
    clips = np.stack([clip.mean(axis=1) for clip, _ in read])
    return str(index["model"].iloc[0]), Pool(clips, list(index["file"]), list(index["label"]))


def _real(store: Any, rules: "Listen") -> "Pool":
    import numpy as np

    from waveloom.evaluation.sets import choose
    from waveloom.listening.plan import Pool

    test = np.flatnonzero(store.index["split"] == "test")
    enough = 20 * rules.sounds + rules.references + rules.anchors  # for pairs of one label
    rows = choose(store.index, test, enough, rules.seed)
    rows = np.random.default_rng(rules.seed).permutation(rows)
    index = store.index.iloc[rows]
    return Pool(store.read(rows), list(index["clip_id"]), list(index["label"]))


def _tell(found: dict[str, Any], as_json: bool, said: str) -> None:
    typer.echo(json.dumps(found, allow_nan=False) if as_json else said)
