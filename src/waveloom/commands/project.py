"""`waveloom use`, `sync` and `results`: parameters, dvc.yaml and results of a project."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from waveloom.commands.options import AsJson, examples
from waveloom.config.errors import InputError, suggestion
from waveloom.execution.atomic_folder import replaced_file
from waveloom.project.root import Project, project_root
from waveloom.project.template import presets, template

USE_EXAMPLES = examples("waveloom use smoke", "waveloom use default")
SYNC_EXAMPLES = examples("waveloom sync", "waveloom sync --check")
RESULTS_EXAMPLES = examples("waveloom results", "waveloom results --json")

_RESULTS = {"report": "06_reports/report.html", "samples": "05_samples/samples", "generator": "04_models/generator"}


def use(
    preset: Annotated[
        str,
        typer.Argument(help="A preset, such as smoke, fsdd or esc10; default: every default."),
    ],
    project: Project = Path(),
) -> None:
    """Write a preset's values into params.yaml; the preset `default` brings back every default."""
    from waveloom.project import params

    root = project_root(project)
    found = presets(root)
    names = sorted({*found, params.DEFAULT})
    if preset not in names:
        raise InputError(f"There is no preset {preset!r}; there are: {', '.join(names)}.{suggestion(preset, names)}")
    values = params.load(found[preset]) if preset in found else {}
    changes = params.write_values(values, root / "params.yaml", reset=preset == params.DEFAULT)
    typer.echo("\n".join(changes) or f"params.yaml already has the values of {preset}.")
    if changes:
        typer.echo("\nWritten to params.yaml. `dvc repro` computes what changed; `waveloom use default` goes back.")


def sync(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail if dvc.yaml is stale.")] = False,
    project: Project = Path(),
) -> None:
    """Write dvc.yaml from the registered pipelines, the catalog and the code they import.

    In a project without the source, what a later version of Waveloom has more of (recipes, datasets) is added first.
    """
    from waveloom.project.installed_code import has_source
    from waveloom.project.upgrade import add_missing

    root = project_root(project)
    if not check and not has_source(root):
        typer.echo("".join(f"added: {name}\n" for name in add_missing(root)), nl=False)
    stale = write_stages(root, check)
    if check and stale:
        raise InputError(f"Out of date: {stale}; pipelines, catalog or imports have changed. Run `waveloom sync`.")
    typer.echo(f"{stale} written." if stale else "dvc.yaml is up to date.")


def write_stages(root: Path, only_compare: bool = False) -> str:
    """Write dvc.yaml and, where the package is installed, conf/waveloom.yml; return the names of those that changed."""
    # Kedro reads its settings of the log when it is imported, from the current folder, which need not be `root`.
    os.environ.setdefault("KEDRO_LOGGING_CONFIG", str(template() / "conf/logging.yml"))
    from kedro.framework.startup import bootstrap_project

    from waveloom.pipeline_registry import ON_DEMAND, register_pipelines
    from waveloom.project import dvc_yaml
    from waveloom.project.installed_code import FILE, has_source, installed_code, installed_code_text

    bootstrap_project(root)
    pipelines = {name: pipe for name, pipe in register_pipelines().items() if name not in ("__default__", *ON_DEMAND)}
    catalog = dvc_yaml.read_catalog(root)
    texts = {"dvc.yaml": dvc_yaml.render(root, pipelines, catalog, _text(root / "dvc.yaml"))}
    if not has_source(root):
        modules = {name: dvc_yaml.stage_modules(name, pipe, catalog) for name, pipe in pipelines.items()}
        texts[FILE] = installed_code_text(installed_code(modules))
    changed = [name for name, text in texts.items() if text != _text(root / name)]
    for name in [] if only_compare else changed:
        with replaced_file(root / name) as file:
            file.write_text(texts[name], encoding="utf-8")
    return " and ".join(changed)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def results(as_json: AsJson = False, project: Project = Path()) -> None:
    """Show where the report, the samples and the generator are, and what training and evaluation cost."""
    from waveloom.models.files import load_model
    from waveloom.tracking.runs import recorded_costs

    root = project_root(project)
    paths = {name: root / "data" / path for name, path in _RESULTS.items()}
    missing = [name for name, path in paths.items() if not path.exists()]
    if missing:
        raise InputError(f"There is no {' and no '.join(missing)} yet. `dvc repro` makes it.")
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
    typer.echo(f"mlflow     run `{_ui_command(root)}`")


def _ui_command(root: Path) -> str:
    """Return the command for MLflow's page as one can type it: a repository of Waveloom has an environment in it."""
    own = root / ".venv/bin/waveloom"
    return f"{own.relative_to(root)} ui" if own.is_file() else "waveloom ui"
