"""`waveloom listen`: listening tests."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waveloom.commands.options import AsJson, examples
from waveloom.config.errors import InputError, counted
from waveloom.project.root import Project, project_root

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from waveloom.listening.config import Listen
    from waveloom.listening.plan import Pool

app = typer.Typer(
    help="Listening tests: create a study, export and import it, summarise its ratings.", no_args_is_help=True
)

Study = Annotated[str, typer.Argument(help="Name of the study: letters, digits, - and _.")]


@app.command(epilog=examples("waveloom listen new first", "waveloom listen new pair --samples a --samples b"))
def new(
    study: Study,
    samples: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folder with the samples of one generator; repeat for several (default: the project's own).",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    project: Project = Path(),
) -> None:
    """Create a study of generated and real test sounds: equally loud WAV files with anonymous names."""
    from waveloom.audio.store import open_store
    from waveloom.listening.plan import plan
    from waveloom.listening.study import create

    root = project_root(project)
    engine, config = _open(root)
    store = open_store(root / "data/02_clips/clips")
    folders = samples or [root / "data/05_samples/samples"]
    pools = dict(_generated(at, store.rate_hz) for at in folders)
    if len(pools) < len(folders):
        raise InputError("Two of the folders are samples of one generator; give one folder a generator.")
    items = plan(pools, _real(store, config), store.rate_hz, config)
    folder = _folder(root, study)
    created = create(engine, folder, study, items, store.rate_hz, config)
    summary = {"study": study, "kind": config.kind, "items": len(items), "files": len(created), "folder": str(folder)}
    _print(summary, as_json, f"{counted(len(items), 'item')} ({config.kind}) in {folder}")


@app.command("export", epilog=examples("waveloom listen export first csv", "waveloom listen export first csv --json"))
def export_study(
    study: Study,
    folder: Annotated[Path, typer.Argument(help="Folder for the CSV files.")],
    as_json: AsJson = False,
    project: Project = Path(),
) -> None:
    """Write a study as CSV, one file per table."""
    from waveloom.listening.csv_exchange import export_study

    counts = export_study(_open(project_root(project))[0], study, folder)
    _print(counts, as_json, f"{_ratings(counts, '')} in {folder}")


@app.command("import", epilog=examples("waveloom listen import csv", "waveloom listen import csv --json"))
def import_study(
    folder: Annotated[Path, typer.Argument(help="A folder that `waveloom listen export` wrote.")],
    as_json: AsJson = False,
    project: Project = Path(),
) -> None:
    """Import a study from CSV, all of it or nothing; rows that are there already are skipped."""
    from waveloom.listening.csv_exchange import import_study

    counts = import_study(_open(project_root(project))[0], folder)
    _print(counts, as_json, _ratings(counts, "new "))


@app.command(epilog=examples("waveloom listen results first", "waveloom listen results first --save"))
def results(
    study: Study,
    save: Annotated[
        bool, typer.Option("--save", help="Write the summary to opinions.json, which the report reads.")
    ] = False,
    as_json: AsJson = False,
    project: Project = Path(),
) -> None:
    """Summarise a study: means with confidence intervals, excluded listeners and why, and agreement."""
    from waveloom.listening import opinions_file
    from waveloom.listening.ratings import read
    from waveloom.listening.result_lines import result_lines
    from waveloom.listening.results import summarise

    root = project_root(project)
    engine, config = _open(root)
    summary = summarise(read(engine, study), config)
    saved = [f"saved in {opinions_file.save(root, study, summary)}; `dvc repro` reports it"] if save else []
    _print(summary, as_json, "\n".join([*result_lines(summary), *saved]))


def _open(root: Path) -> "tuple[Engine, Listen]":
    from waveloom.config.checked import read_config
    from waveloom.listening.config import Listen
    from waveloom.listening.database import open_database
    from waveloom.project import params

    config = read_config(Listen, params.load(root / "params.yaml").get("listen"), "listen")
    return open_database(config.database, root), config


def _folder(root: Path, study: str) -> Path:
    if not study.replace("-", "").replace("_", "").isalnum():
        raise InputError(
            f"{study!r} cannot be the name of a study, which is also the name of a folder: use letters, digits, - "
            f"and _ only."
        )
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


def _real(store: Any, config: "Listen") -> "Pool":
    import numpy as np

    from waveloom.evaluation.reference_sets import balanced_sample
    from waveloom.listening.plan import Pool

    test = np.flatnonzero(store.index["split"] == "test")
    enough = 20 * config.sounds + config.references + config.anchors  # for pairs of one label
    rows = balanced_sample(store.index, test, enough, config.seed)
    rows = np.random.default_rng(config.seed).permutation(rows)
    index = store.index.iloc[rows]
    return Pool(store.read(rows), list(index["clip_id"]), list(index["label"]))


def _ratings(counts: dict[str, int], kind: str) -> str:
    return f"{counted(counts['rating'], f'{kind}rating')} of {counted(counts['listener'], f'{kind}listener')}"


def _print(summary: dict[str, Any], as_json: bool, text: str) -> None:
    typer.echo(json.dumps(summary, allow_nan=False) if as_json else text)
