"""What one can type after `waveloom`. (Kedro takes a module called cli for its own commands, hence the name.)"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from waveloom.commands import generate as generate_commands
from waveloom.commands import leaderboard as leaderboard_commands
from waveloom.commands import listen as listen_commands
from waveloom.commands import tidy as tidy_commands
from waveloom.commands import ui as ui_commands
from waveloom.config.errors import InputError, suggestion
from waveloom.project.root import Project, find_project, project_root

HELP = """Waveloom turns a collection of sounds into a generator of new ones.

The whole chain is `dvc repro`; one stage is `kedro run --pipeline train`; these commands are what stands around."""

_PLACES = {"report": "06_reports/report.html", "samples": "05_samples/samples", "generator": "04_models/generator"}

app = typer.Typer(help=HELP, no_args_is_help=True, pretty_exceptions_enable=False)
app.add_typer(listen_commands.app, name="listen")
app.command()(generate_commands.generate)
app.command()(generate_commands.export)
app.command()(generate_commands.handles)
app.command()(leaderboard_commands.leaderboard)
app.command()(tidy_commands.tidy)
app.command()(ui_commands.ui)


@app.command()
def use(
    preset: Annotated[str, typer.Argument(help="A folder of conf/ with a params.yaml: smoke, fsdd, esc10, …")],
    project: Project = Path(),
) -> None:
    """Write a preset's values into params.yaml (git can bring the old ones back)."""
    from waveloom.project import params

    root = project_root(project)
    presets = sorted(path.parent.name for path in root.glob("conf/*/params.yaml"))
    if preset not in presets:
        raise InputError(
            f"There is no preset {preset!r}; conf/ has: {', '.join(presets)}.{suggestion(preset, presets)}"
        )
    changes = params.write_preset(root / "conf" / preset / "params.yaml", root / "params.yaml")
    typer.echo("\n".join(changes) or f"params.yaml already says what {preset} says.")
    if changes:
        typer.echo("\nWritten to params.yaml. `dvc repro` computes what changed; `git checkout params.yaml` goes back.")


@app.command()
def sync(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail if dvc.yaml is stale.")] = False,
    project: Project = Path(),
) -> None:
    """Write dvc.yaml from the registered pipelines, the catalog and the code they import."""
    from kedro.framework.startup import bootstrap_project

    from waveloom.pipeline_registry import ON_DEMAND, register_pipelines
    from waveloom.project import dvc_yaml as dvc_sync

    root = project_root(project)
    bootstrap_project(root)
    pipelines = {name: pipe for name, pipe in register_pipelines().items() if name not in ("__default__", *ON_DEMAND)}
    file = root / "dvc.yaml"
    current = file.read_text() if file.is_file() else ""
    text = dvc_sync.render(root, pipelines, dvc_sync.read_catalog(root), current)
    if check and text != current:
        raise InputError("dvc.yaml is stale: pipelines, catalog or imports have changed. Run `waveloom sync`.")
    if text != current:
        file.write_text(text)
    typer.echo("dvc.yaml is up to date." if text == current else "dvc.yaml written.")


@app.command()
def doctor(
    path: Annotated[
        str, typer.Argument(help="A folder, an archive, a table, or a preset; params.yaml by default.")
    ] = "",
    headers_only: Annotated[bool, typer.Option("--fast", help="Read headers only, thousands a second.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    option: Annotated[list[str] | None, typer.Option(help="Of the corpus, as key=value; may be given again.")] = None,
    project: Project = Path(),
) -> None:
    """Tell what a collection of sounds is, what would be rejected and why, and what to do about it."""
    from rich.console import Console

    from waveloom.ingest.doctor.show import show
    from waveloom.project.doctor import examine
    from waveloom.project.doctor_target import find_target

    examination = examine(find_target(path, find_project(project), option or []), headers_only)
    if as_json:
        typer.echo(json.dumps(examination.as_dict(), allow_nan=False))
    else:
        show(examination, Console())
    if any(finding.weight == "stop" for finding in examination.findings):
        raise typer.Exit(1)


@app.command()
def classify(
    files: Annotated[list[Path], typer.Argument(help="Recordings; those of more than ten minutes minute by minute.")],
    model: Annotated[
        Path | None, typer.Option(help="A folder with a classifier; by default the project's own.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines: one object a line.")] = False,
    project: Project = Path(),
) -> None:
    """Name what recordings are, with how sure that is, or say that they are unlike what was learned from."""
    from waveloom.classification.predict import classify_files
    from waveloom.models.files import check_kind, load_model

    readable, folder = True, model or project_root(project) / "data/04_models/classifier"
    classifier = load_model(folder)
    check_kind(classifier.spec, folder, "classifier")
    for prediction in classify_files(classifier, files):
        typer.echo(json.dumps(prediction.record) if as_json else prediction.sentence)
        readable &= prediction.is_readable
    raise typer.Exit(0 if readable else 1)


@app.command()
def results(
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    project: Project = Path(),
) -> None:
    """Tell where the report, the samples and the generator are, and what training and evaluation took."""
    from waveloom.models.files import load_model
    from waveloom.tracking.runs import recorded_costs

    root = project_root(project)
    places = {name: root / "data" / place for name, place in _PLACES.items()}
    missing = [name for name, path in places.items() if not path.exists()]
    if missing:
        raise InputError(f"There is no {' and no '.join(missing)} yet. `make run` or `dvc repro` makes it.")
    spent = recorded_costs(root, load_model(places["generator"]).digest)
    if as_json:
        metrics = json.loads((root / "data/06_reports/metrics.json").read_text())
        costs = {node: asdict(cost) for node, cost in spent.items()}
        typer.echo(
            json.dumps({**{name: str(path) for name, path in places.items()}, "metrics": metrics, "cost": costs})
        )
        return
    for name, path in places.items():
        typer.echo(f"{name:<10} {path}")
    for node, cost in spent.items():
        typer.echo(f"{node:<10} took {cost.cpu_minutes:.1f} CPU minutes and at most {cost.peak_memory_mb:,.0f} MB")
    typer.echo("mlflow     run `.venv/bin/waveloom ui` (or `make ui`)")
