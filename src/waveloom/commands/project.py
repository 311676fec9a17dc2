"""`waveloom use`, `sync` and `results`: parameters, dvc.yaml and results of a project."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from waveloom.commands.options import AsJson, examples
from waveloom.config.errors import InputError, suggestion
from waveloom.project.root import Project, project_root

USE_EXAMPLES = examples("waveloom use smoke", "waveloom use esc10 --project ../other")
SYNC_EXAMPLES = examples("waveloom sync", "waveloom sync --check")
RESULTS_EXAMPLES = examples("waveloom results", "waveloom results --json")

_RESULTS = {"report": "06_reports/report.html", "samples": "05_samples/samples", "generator": "04_models/generator"}


def use(
    preset: Annotated[
        str, typer.Argument(help="A folder of conf/ with a params.yaml: smoke, fsdd or esc10, for instance.")
    ],
    project: Project = Path(),
) -> None:
    """Write a preset's values into params.yaml; `git checkout params.yaml` restores the old ones."""
    from waveloom.project import params

    root = project_root(project)
    presets = sorted(path.parent.name for path in root.glob("conf/*/params.yaml"))
    if preset not in presets:
        raise InputError(
            f"There is no preset {preset!r}; conf/ has: {', '.join(presets)}.{suggestion(preset, presets)}"
        )
    changes = params.write_preset(root / "conf" / preset / "params.yaml", root / "params.yaml")
    typer.echo("\n".join(changes) or f"params.yaml already has the values of {preset}.")
    if changes:
        typer.echo("\nWritten to params.yaml. `dvc repro` computes what changed; `git checkout params.yaml` goes back.")


def sync(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail if dvc.yaml is stale.")] = False,
    project: Project = Path(),
) -> None:
    """Write dvc.yaml from the registered pipelines, the catalog and the code they import."""
    from kedro.framework.startup import bootstrap_project

    from waveloom.pipeline_registry import ON_DEMAND, register_pipelines
    from waveloom.project import dvc_yaml

    root = project_root(project)
    bootstrap_project(root)
    pipelines = {name: pipe for name, pipe in register_pipelines().items() if name not in ("__default__", *ON_DEMAND)}
    file = root / "dvc.yaml"
    current = file.read_text() if file.is_file() else ""
    text = dvc_yaml.render(root, pipelines, dvc_yaml.read_catalog(root), current)
    if check and text != current:
        raise InputError("dvc.yaml is stale: pipelines, catalog or imports have changed. Run `waveloom sync`.")
    if text != current:
        file.write_text(text)
    typer.echo("dvc.yaml is up to date." if text == current else "dvc.yaml written.")


def results(as_json: AsJson = False, project: Project = Path()) -> None:
    """Show where the report, the samples and the generator are, and what training and evaluation cost."""
    from waveloom.models.files import load_model
    from waveloom.tracking.runs import recorded_costs

    root = project_root(project)
    paths = {name: root / "data" / path for name, path in _RESULTS.items()}
    missing = [name for name, path in paths.items() if not path.exists()]
    if missing:
        raise InputError(f"There is no {' and no '.join(missing)} yet. `make run` or `dvc repro` makes it.")
    costs = recorded_costs(root, load_model(paths["generator"]).digest)
    if as_json:
        metrics = json.loads((root / "data/06_reports/metrics.json").read_text())
        cost = {node: asdict(cost) for node, cost in costs.items()}
        typer.echo(json.dumps({**{name: str(path) for name, path in paths.items()}, "metrics": metrics, "cost": cost}))
        return
    for name, path in paths.items():
        typer.echo(f"{name:<10} {path}")
    for node, spent in costs.items():
        typer.echo(f"{node:<10} took {spent.cpu_minutes:.1f} CPU minutes and at most {spent.peak_memory_mb:,.0f} MB")
    typer.echo("mlflow     run `.venv/bin/waveloom ui` (or `make ui`)")
