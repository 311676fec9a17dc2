"""Writes dvc.yaml from the registered pipelines, the catalog and the imported code."""

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from kedro.pipeline import Pipeline
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq

from waveloom.project.code_dependencies import PACKAGE, code_dependencies
from waveloom.project.input_links import FOLDER, READ_BY, SINGLE_PARAMETERS, parameters_file
from waveloom.project.installed_code import FILE, has_source

NO_DEPENDENCY = {"execution"}  # sections that do not change any result, bit for bit
HEADER = "# Stages and plots are written by `waveloom sync` from pipelines, catalog and imports; CI checks them.\n"


def render(project: Path, pipelines: Mapping[str, Pipeline], catalog: Mapping[str, Any], current: str) -> str:
    """Return the text of dvc.yaml; other entries of the text `current` are kept."""
    names = stage_order(pipelines)
    tree = YAML(typ="safe").load(current) or {}
    tree["stages"] = {name: _stage(project, name, pipelines[name], catalog) for name in names}
    generated = [plot for name in names for plot in _plots(pipelines[name], catalog)]
    generated_names = {next(iter(plot)) for plot in generated}
    tree["plots"] = generated + [plot for plot in tree.get("plots", []) if not generated_names & set(plot)]
    text = StringIO()
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 120
    yaml.dump(tree, text)
    return HEADER + "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def stage_order(pipelines: Mapping[str, Pipeline]) -> list[str]:
    """Order stages as data flows; stages without dependants come last, those with most predecessors first.

    The stage `inputs` is the first: others depend on the links that it creates, which are not in Kedro's catalog.
    `dvc repro` runs independent stages in the order of the file and stops at the first that fails: so a failing
    `classify` never prevents the training and evaluation of a generator.
    """
    combined: Pipeline = sum(pipelines.values(), Pipeline([]))
    ordered = [node.name for node in combined.nodes]

    def rank(name: str) -> tuple[bool, bool, int, int]:
        nodes = [node.name for node in pipelines[name].nodes]
        last = len(combined.from_nodes(*nodes).nodes) == len(nodes)
        return (
            name != "inputs",
            last,
            -len(combined.to_nodes(*nodes).nodes) if last else 0,
            min(map(ordered.index, nodes)),
        )

    return sorted(pipelines, key=rank)


def _stage(project: Path, name: str, pipeline: Pipeline, catalog: Mapping[str, Any]) -> dict[str, Any]:
    outputs, read = _datasets(pipeline, catalog)
    files = sorted([*(_path(catalog[d]) for d in read), *_links(name, catalog)])
    source = has_source(project)
    code = code_dependencies(project / "src", stage_modules(name, pipeline, catalog)) if source else []
    stage = {
        "cmd": f"kedro run --pipeline {name}",
        "deps": _flow(files + code),
        "params": _flow([*_sections(pipeline), *([] if source else [{FILE: [f"stages.{name}"]}])]),
        "outs": [_out(catalog[d]) for d in outputs if _kind(catalog[d], "out") != "metric"],
        "metrics": [_out(catalog[d]) for d in outputs if _kind(catalog[d], "out") == "metric"],
    }
    return {key: value for key, value in stage.items() if value}


def stage_modules(name: str, pipeline: Pipeline, catalog: Mapping[str, Any]) -> set[str]:
    """Name the modules of this package with the nodes of a stage and the datasets that it reads and writes."""
    outputs, read = _datasets(pipeline, catalog)
    return {f"{PACKAGE}.pipelines.{name}", *(_module(catalog[d]) for d in [*outputs, *read])}


def _datasets(pipeline: Pipeline, catalog: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Name the datasets that DVC treats as outputs of a stage, and those that it treats as dependencies."""
    outputs = [d for d in sorted(pipeline.all_outputs()) if _kind(catalog[d], "out") != "none"]
    inputs = [d for d in sorted(pipeline.inputs()) if not d.startswith("params:")]
    outputs += [d for d in inputs if _kind(catalog[d], "dep") == "out"]
    return outputs, [d for d in inputs if _kind(catalog[d], "dep") == "dep"]


def _links(name: str, catalog: Mapping[str, Any]) -> list[str]:
    """List the links that a stage reads, and the file that the stage `inputs` writes last."""
    names = [*READ_BY.get(name, ()), *([parameters_file(name)] if name in SINGLE_PARAMETERS else [])]
    links = [(FOLDER / link).as_posix() for link in names]
    return [*links, _path(catalog["inputs"])] if links else []


def _sections(pipeline: Pipeline) -> list[str]:
    """List the sections of params.yaml that change a result; single parameters are in a file of the stage `inputs`."""
    sections = {name.removeprefix("params:") for name in pipeline.inputs() if name.startswith("params:")}
    return sorted(name for name in sections - NO_DEPENDENCY if "." not in name)


def _flow(names: list[Any]) -> CommentedSeq:
    """Format a list in the flow style of YAML, on as few lines as possible."""
    sequence = CommentedSeq(names)
    sequence.fa.set_flow_style()
    return sequence


def _plots(pipeline: Pipeline, catalog: Mapping[str, Any]) -> list[dict[str, Any]]:
    plots = []
    for name in sorted(pipeline.all_outputs()):
        dvc = catalog[name].get("metadata", {}).get("dvc", {})
        if dvc.get("kind") == "plot":
            path, extra = _path(catalog[name]), {k: dvc[k] for k in ("template",) if k in dvc}
            plots.append({name: {"x": {path: dvc["x"]}, "y": {path: dvc["y"]}, **extra}})
    return plots


def _out(entry: Mapping[str, Any]) -> Any:
    dvc = entry.get("metadata", {}).get("dvc", {})
    options = {key: dvc[key] for key in ("cache", "persist") if key in dvc}
    return {_path(entry): options} if options else _path(entry)


def _kind(entry: Mapping[str, Any], default: str) -> str:
    kind = entry.get("metadata", {}).get("dvc", {}).get("kind", default)
    return default if kind in {"plot", "metric"} and default == "dep" else str(kind)


def _path(entry: Mapping[str, Any]) -> str:
    return str(entry.get("filepath") or entry["path"])


def _module(entry: Mapping[str, Any]) -> str:
    return str(entry["type"]).rpartition(".")[0]


def read_catalog(project: Path) -> dict[str, Any]:
    """Read conf/base/catalog.yml as Kedro does."""
    from kedro.config import OmegaConfigLoader

    loader = OmegaConfigLoader(str(project / "conf"), base_env="base", default_run_env="base", ignore_hidden=False)
    return dict(loader["catalog"])
