"""dvc.yaml from the registered pipelines, the catalog and the code they import: no stage misses a dependency."""

import ast
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from kedro.pipeline import Pipeline
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq

from waveloom.project.input_links import FOLDER, READ_BY, SINGLE_PARAMETERS, parameters_file

PACKAGE = "waveloom"
SHAPES_NOTHING = {"execution"}  # whoever does the work, what is made is the same to the bit
HEADER = "# Stages and plots are written by `waveloom sync` from pipelines, catalog and imports; CI checks them.\n"


def render(project: Path, pipelines: Mapping[str, Pipeline], catalog: Mapping[str, Any], current: str) -> str:
    """Give the text of dvc.yaml; what `current` holds besides stages and generated plots is kept."""
    names = in_order(pipelines)
    tree = YAML(typ="safe").load(current) or {}
    tree["stages"] = {name: _stage(project, name, pipelines[name], catalog) for name in names}
    generated = [plot for name in names for plot in _plots(pipelines[name], catalog)]
    own = {next(iter(plot)) for plot in generated}
    tree["plots"] = generated + [plot for plot in tree.get("plots", []) if not own & set(plot)]
    text = StringIO()
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 120
    yaml.dump(tree, text)
    return HEADER + "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def in_order(pipelines: Mapping[str, Pipeline]) -> list[str]:
    """Order stages as data flows; stages that nothing depends on come last, those with most stages before them first.

    The stage `inputs` is the first: others depend on the links that it makes, which Kedro does not know of.
    `dvc repro` takes independent stages in the order of the file and ends at the first that fails: so a failing
    `classify` never prevents a generator from being trained and measured.
    """
    whole: Pipeline = sum(pipelines.values(), Pipeline([]))
    ordered = [node.name for node in whole.nodes]

    def place(name: str) -> tuple[bool, bool, int, int]:
        own = [node.name for node in pipelines[name].nodes]
        last = len(whole.from_nodes(*own).nodes) == len(own)
        return name != "inputs", last, -len(whole.to_nodes(*own).nodes) if last else 0, min(map(ordered.index, own))

    return sorted(pipelines, key=place)


def _stage(project: Path, name: str, pipeline: Pipeline, catalog: Mapping[str, Any]) -> dict[str, Any]:
    made = [d for d in sorted(pipeline.all_outputs()) if _kind(catalog[d], "out") != "none"]
    given = [d for d in sorted(pipeline.inputs()) if not d.startswith("params:")]
    made += [d for d in given if _kind(catalog[d], "dep") == "out"]
    read = [d for d in given if _kind(catalog[d], "dep") == "dep"]
    files = sorted([*(_path(catalog[d]) for d in read), *_links(name, catalog)])
    modules = {f"{PACKAGE}.pipelines.{name}", *(_module(catalog[d]) for d in [*made, *read])}
    stage = {
        "cmd": f"kedro run --pipeline {name}",
        "deps": _flow(files + code(project / "src", modules)),
        "params": _flow(_sections(pipeline)),
        "outs": [_out(catalog[d]) for d in made if _kind(catalog[d], "out") != "metric"],
        "metrics": [_out(catalog[d]) for d in made if _kind(catalog[d], "out") == "metric"],
    }
    return {key: value for key, value in stage.items() if value}


def _links(name: str, catalog: Mapping[str, Any]) -> list[str]:
    """Name the links to what a stage reads from outside, and what the stage that makes links writes last."""
    beside = [*READ_BY.get(name, ()), *([parameters_file(name)] if name in SINGLE_PARAMETERS else [])]
    links = [(FOLDER / link).as_posix() for link in beside]
    return [*links, _path(catalog["inputs"])] if links else []


def _sections(pipeline: Pipeline) -> list[str]:
    """Name the sections of params.yaml that shape what is made; single keys of others stand in a file of `inputs`."""
    given = {name.removeprefix("params:") for name in pipeline.inputs() if name.startswith("params:")}
    return sorted(name for name in given - SHAPES_NOTHING if "." not in name)


def _flow(names: list[str]) -> CommentedSeq:
    """Have a list written on as few lines as hold it."""
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


def code(source: Path, modules: set[str]) -> list[str]:
    """List what `modules` import of this package, transitively: files, or a folder where every file of it is used."""
    files: set[Path] = set()
    seen: set[Path] = set()
    waiting = {file for module in modules for file in _files(source, module)}
    while waiting:
        files |= {file for file in waiting if _does_something(file)}
        seen |= waiting
        waiting = {found for file in waiting for found in _imported(source, file)} - seen
    return _folded(source, files | {found for file in files for found in _beside(file)})


def _beside(file: Path) -> Iterator[Path]:
    """Find what a module may read that is no module: templates and the like in its folder."""
    return (found for found in file.parent.iterdir() if found.is_file() and not found.suffix.startswith(".py"))


def _does_something(file: Path) -> bool:
    """A package's file that only says what the package is cannot change a result."""
    body = ast.parse(file.read_text()).body
    return any(not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)) for line in body)


def _imported(source: Path, file: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files(source, alias.name)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from _files(source, node.module, whole=False)
            for alias in node.names:
                yield from _files(source, f"{node.module}.{alias.name}")


def _files(source: Path, module: str, whole: bool = True) -> Iterator[Path]:
    """Find the file of `module` and of the packages around it.

    A package named whole stands for its every file: it is a choice among them.
    """
    place = source.joinpath(*module.split("."))
    if module == PACKAGE or not module.startswith(f"{PACKAGE}."):
        return
    around = (folder / "__init__.py" for folder in place.parents if source in folder.parents)
    yield from (file for file in around if file.is_file())
    if place.with_suffix(".py").is_file():
        yield place.with_suffix(".py")
    elif place.is_dir():
        yield from (place.rglob("*.py") if whole else [place / "__init__.py"])


def _folded(source: Path, files: set[Path]) -> list[str]:
    folders = {file.parent for file in files}
    full = {folder for folder in folders if set(filter(_does_something, folder.rglob("*.py"))) <= files}
    top = {folder for folder in full if folder.parent not in full}
    loose = {file for file in files if not any(folder in file.parents for folder in top)}
    return sorted(path.relative_to(source.parent).as_posix() for path in top | loose)


def read_catalog(project: Path) -> dict[str, Any]:
    """Read conf/base/catalog.yml as Kedro does."""
    from kedro.config import OmegaConfigLoader

    loader = OmegaConfigLoader(str(project / "conf"), base_env="base", default_run_env="base", ignore_hidden=False)
    return dict(loader["catalog"])
